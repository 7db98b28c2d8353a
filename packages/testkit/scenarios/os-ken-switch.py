"""A learning switch on Debian's os-ken, for OpenFlow 1.0 and 1.3: an application of osken-manager.

VERSION in the environment says which of the two it speaks, alone. It asks the switch for its description, ports and
tables too, and logs what it is told, so that the scenario can see that os-ken reads our answers.
"""
import os

from os_ken.base import app_manager
from os_ken.controller import ofp_event
from os_ken.controller.handler import CONFIG_DISPATCHER, HANDSHAKE_DISPATCHER, MAIN_DISPATCHER, set_ev_cls
from os_ken.lib.packet import ether_types, ethernet, packet
from os_ken.ofproto import ofproto_v1_0, ofproto_v1_3

VERSIONS = {"1.0": ofproto_v1_0, "1.3": ofproto_v1_3}
OLD = os.environ["VERSION"] == "1.0"
IDLE = 60


class Learning(app_manager.OSKenApp):
    OFP_VERSIONS = [VERSIONS[os.environ["VERSION"]].OFP_VERSION]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.places = {}

    @set_ev_cls(ofp_event.EventOFPSwitchFeatures, CONFIG_DISPATCHER)
    def features(self, event):
        dp, parser, ofp = event.msg.datapath, event.msg.datapath.ofproto_parser, event.msg.datapath.ofproto
        self.logger.info("features %016x tables=%d", event.msg.datapath_id, event.msg.n_tables)
        if not OLD:
            to_us = [parser.OFPActionOutput(ofp.OFPP_CONTROLLER, ofp.OFPCML_NO_BUFFER)]
            self.flow(dp, 0, parser.OFPMatch(), to_us, 0)
            dp.send_msg(parser.OFPPortDescStatsRequest(dp, 0))
            dp.send_msg(parser.OFPTableFeaturesStatsRequest(dp, 0))
            dp.send_msg(parser.OFPMeterFeaturesStatsRequest(dp, 0))
            dp.send_msg(parser.OFPGroupFeaturesStatsRequest(dp, 0))
            dp.send_msg(parser.OFPRoleRequest(dp, ofp.OFPCR_ROLE_MASTER, 1))
        dp.send_msg(parser.OFPDescStatsRequest(dp, 0))
        dp.send_msg(parser.OFPBarrierRequest(dp))

    def flow(self, dp, priority, match, actions, idle):
        parser, ofp = dp.ofproto_parser, dp.ofproto
        rest = {"priority": priority, "match": match, "idle_timeout": idle, "flags": ofp.OFPFF_SEND_FLOW_REM}
        if OLD:
            dp.send_msg(parser.OFPFlowMod(dp, command=ofp.OFPFC_ADD, actions=actions, **rest))
        else:
            apply = parser.OFPInstructionActions(ofp.OFPIT_APPLY_ACTIONS, actions)
            dp.send_msg(parser.OFPFlowMod(dp, command=ofp.OFPFC_ADD, instructions=[apply], **rest))

    @set_ev_cls(ofp_event.EventOFPPacketIn, MAIN_DISPATCHER)
    def packet_in(self, event):
        msg, dp = event.msg, event.msg.datapath
        parser, ofp = dp.ofproto_parser, dp.ofproto
        eth = packet.Packet(msg.data).get_protocol(ethernet.ethernet)
        if eth is None or eth.ethertype in (ether_types.ETH_TYPE_LLDP, ether_types.ETH_TYPE_IPV6):
            return
        in_port = msg.in_port if OLD else msg.match["in_port"]
        places = self.places.setdefault(dp.id, {})
        places[eth.src] = in_port
        out = places.get(eth.dst, ofp.OFPP_FLOOD)
        actions = [parser.OFPActionOutput(out)]
        if out != ofp.OFPP_FLOOD:
            match = parser.OFPMatch(in_port=in_port, dl_dst=eth.dst) if OLD else parser.OFPMatch(in_port=in_port, eth_dst=eth.dst)
            self.flow(dp, 7, match, actions, IDLE)
        data = msg.data if msg.buffer_id == ofp.OFP_NO_BUFFER else None
        dp.send_msg(
            parser.OFPPacketOut(datapath=dp, buffer_id=msg.buffer_id, in_port=in_port, actions=actions, data=data)
        )

    @set_ev_cls(ofp_event.EventOFPDescStatsReply, MAIN_DISPATCHER)
    def description(self, event):
        body = event.msg.body[0] if isinstance(event.msg.body, list) else event.msg.body
        text = body.mfr_desc
        self.logger.info("description %s", text.decode() if isinstance(text, bytes) else text)

    @set_ev_cls(ofp_event.EventOFPPortStatus, MAIN_DISPATCHER)
    def port_status(self, event):
        name = event.msg.desc.name
        self.logger.info("port %s reason=%d", name.decode() if isinstance(name, bytes) else name, event.msg.reason)

    @set_ev_cls(ofp_event.EventOFPFlowRemoved, MAIN_DISPATCHER)
    def flow_removed(self, event):
        self.logger.info("removed priority=%d packets=%d", event.msg.priority, event.msg.packet_count)

    @set_ev_cls(ofp_event.EventOFPErrorMsg, [HANDSHAKE_DISPATCHER, CONFIG_DISPATCHER, MAIN_DISPATCHER])
    def error(self, event):
        self.logger.error("error type=%d code=%d", event.msg.type, event.msg.code)

    @set_ev_cls(ofp_event.EventOFPPortDescStatsReply, MAIN_DISPATCHER)
    def ports(self, event):
        self.logger.info("ports %d", len(event.msg.body))

    @set_ev_cls(ofp_event.EventOFPTableFeaturesStatsReply, MAIN_DISPATCHER)
    def tables(self, event):
        self.logger.info("tables %d", len(event.msg.body))

    @set_ev_cls(ofp_event.EventOFPMeterFeaturesStatsReply, MAIN_DISPATCHER)
    def meters(self, event):
        self.logger.info("meters %d", len(event.msg.body))

    @set_ev_cls(ofp_event.EventOFPGroupFeaturesStatsReply, MAIN_DISPATCHER)
    def groups(self, event):
        self.logger.info("groups %#x", event.msg.body.types)

    @set_ev_cls(ofp_event.EventOFPRoleReply, MAIN_DISPATCHER)
    def role(self, event):
        self.logger.info("role %d epoch %d", event.msg.role, event.msg.generation_id)
