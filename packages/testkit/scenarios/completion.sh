# Shell completion from the tables of commands: bash always, zsh and fish where they are installed.
start_db
ovs-vsctl --no-wait add-br br0 -- add-port br0 p1 -- add-br br1
share=$ROOT/share
# bash_offers LINE: what bash completes the last word of LINE with
bash_offers() {
  bash --norc -c '. "$1/bash-completion/completions/${2%% *}"; read -ra COMP_WORDS <<<"$2"; [ "${2: -1}" != " " ] || COMP_WORDS+=("")
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _${COMP_WORDS[0]//-/_}; printf "%s\n" "${COMPREPLY[@]}"' _ "$share" "$1"
}
zsh_offers() {
  zsh -fc 'compadd() { shift 3; local name=$1; print -rl -- ${(P)name} }; _files() { : }; words=(${(z)2}); [[ $2 != *" " ]] || words+=(""); CURRENT=$#words
    . "$1/zsh/site-functions/_${words[1]}"' _ "$share" "$1" | grep -- "^$(sed 's/.* //' <<<"$1")"
}
fish_offers() { fish -N -c "source $share/fish/vendor_completions.d/${1%% *}.fish; complete -C '$1'" | cut -f1; }

for shell in bash zsh fish; do
  command -v $shell >/dev/null || { echo "$shell is not installed: its files are not tried"; continue; }
  offers=${shell}_offers
  holds "$shell: commands of ovs-vsctl" eval "[ \"\$($offers 'ovs-vsctl list-b')\" = list-br ]"
  holds "$shell: a bridge" eval "[ \"\$($offers 'ovs-vsctl add-port b' | sort | xargs)\" = 'br0 br1' ]"
  holds "$shell: a port" eval "$offers 'ovs-vsctl port-to-br p' | grep -qx p1"
  holds "$shell: a table" eval "[ \"\$($offers 'ovs-vsctl list Brid')\" = Bridge ]"
  holds "$shell: an option" eval "$offers 'ovs-vsctl --no-w' | grep -qx -e --no-wait"
  holds "$shell: an option of a command" eval "$offers 'ovs-vsctl --may-e' | grep -q -e --may-exist"
  holds "$shell: the switch of ovs-ofctl" eval "$offers 'ovs-ofctl dump-flows br' | grep -qx br1"
  holds "$shell: commands of ovs-ofctl" eval "[ \"\$($offers 'ovs-ofctl dump-fl')\" = dump-flows ]"
  holds "$shell: an option of ovs-ofctl" eval "$offers 'ovs-ofctl --stri' | grep -qx -e --strict"
  holds "$shell: commands of ovsdb-client" eval "[ \"\$($offers 'ovsdb-client get-schema-v')\" = get-schema-version ]"
  holds "$shell: commands of ovsdb-tool" eval "[ \"\$($offers 'ovsdb-tool show-l')\" = show-log ]"
  holds "$shell: commands of ovs-pki" eval "[ \"\$($offers 'ovs-pki self')\" = self-sign ]"
  holds "$shell: commands of ovs-dpctl" eval "[ \"\$($offers 'ovs-dpctl dump-dp')\" = dump-dps ]"
done
holds "bash: a second command" eval "[ \"\$(bash_offers 'ovs-vsctl add-br x -- del-por')\" = del-port ]"
holds "bash: options with a value in a word of its own" eval "[ \"\$(bash_offers 'ovs-vsctl -t 5 list-b')\" = list-br ]"
holds "bash: no bridge where none is meant" test -z "$(bash_offers 'ovs-vsctl br-to-vlan br0 b')"
holds "bash: what a daemon answers to" eval "bash_offers 'ovs-appctl -t ovsdb-server ovsdb-server/comp' | grep -qx ovsdb-server/compact"
for tool in vsctl ofctl; do shows "$tool help COMMAND tells of it" 'USAGE' $tool help "$([ $tool = vsctl ] && echo add-port || echo dump-flows)"; done
for file in "$share"/bash-completion/completions/*; do holds "bash reads $(basename "$file")" bash -n "$file"; done
