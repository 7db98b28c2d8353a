import type { Difference, MissedRule, PassExplained, Step, Verdict } from "./explain.ts";

/** An explanation in plain words, a line for each thing that happened. */
export function explanationText(passes: readonly PassExplained[]): string {
  return passes.map(passText).join("\n");
}

function passText(pass: PassExplained): string {
  const { again, bridge, flow, steps, changed, verdict } = pass;
  const head = again
    ? `Comes round again as recirculation 0x${again.recirculation.toString(16)} with ct_state ${again.ctState}${
        again.assumed ? " (assumed; --ct-next says otherwise)" : ""
      }`
    : `Comes in at bridge ${bridge}`;
  return [
    `${head}: ${flow}\n`,
    ...steps.map((step) => stepText(step, 1)),
    `${verdictText(verdict)}\n`,
    ...(changed.length > 0
      ? [`Changed: ${changed.map(({ field, from, to }) => `${field} ${from} to ${to}`).join(", ")}\n`]
      : []),
    `Datapath: ${pass.megaflow} does ${pass.datapathActions}\n`,
  ].join("");
}

const WORDS: Readonly<Record<Step["is"], (text: string) => string>> = {
  bridge: (text) => `On ${text.replace(/^bridge\("(.*)"\)$/, "bridge $1")}:`,
  table: (text) => text,
  thaw: (text) => text,
  bucket: (text) => `${text}:`,
  action: (text) => text,
  detail: (text) => `(${text})`,
  warn: (text) => `but: ${text}`,
  error: (text) => `error: ${text}`,
};

function stepText(step: Step, depth: number): string {
  const indent = "  ".repeat(depth);
  const own = step.table === undefined ? [WORDS[step.is](step.text)] : tableLines(step);
  return [...own.map((line) => `${indent}${line}\n`), ...step.steps.map((inner) => stepText(inner, depth + 1))].join(
    "",
  );
}

function tableLines({ table, rule, missed = [], otherMissed = 0 }: Step): string[] {
  const found = rule
    ? `Table ${table}: the rule with priority ${rule.priority} for ${rule.match || "every packet"} matches`
    : `Table ${table}: no rule matches`;
  return [
    found,
    ...missed.map((one) => `  missed ${missedText(one)}`),
    ...(otherMissed > 0 ? [`  and missed ${otherMissed} more ${rule ? "of higher priority" : ""}`.trimEnd()] : []),
  ];
}

const missedText = ({ priority, match, because }: MissedRule): string =>
  `priority ${priority}, ${match || "every packet"}: ${because.map(differenceText).join(", ")}`;

const differenceText = ({ field, wants, has }: Difference): string =>
  has === undefined ? `wants ${field} ${wants}` : `${field} is ${has}, not ${wants}`;

function verdictText({ is, to, why }: Verdict): string {
  const reasons = why.length > 0 ? `: ${why.join("; ")}` : "";
  return is === "dropped"
    ? `Dropped${reasons}`
    : `Goes to ${to.join(", ")}${why.length > 0 ? ` (${why.join(" ")})` : ""}`;
}
