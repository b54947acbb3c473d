/** The four steps of a file, from what the server tells of it. Pure. */

export const STEPS = ["upload", "check", "encode", "publish"];

/** Which step is under way in each state of the file. */
const AT = { received: 1, queued: 1, checking: 1, probing: 1, encoding: 2, transcoding: 2, remuxing: 2, ready: 4 };

/**
 * @param {{state: string, steps?: {step: string, state: string, percent?: number | null, detail?: string}[], renditions?: Record<string, number>}} media
 * @returns {{step: string, state: "done" | "now" | "todo" | "failed", detail: string}[]}
 */
export function steps(media) {
  const given = new Map((media.steps || []).map((one) => [one.step, one]));
  const at = media.state in AT ? AT[media.state] : 1;
  return STEPS.map((step, index) => {
    const known = given.get(step);
    if (known) return { step, state: known.state, detail: detailOf(known) };
    const state = index < at ? "done" : index > at ? "todo" : media.state === "failed" ? "failed" : "now";
    return { step, state, detail: step === "encode" && state === "now" ? renditions(media) : "" };
  });
}

function detailOf({ detail, percent, state }) {
  if (detail) return detail;
  return state === "now" && Number.isFinite(percent) ? `${Math.floor(percent)}%` : "";
}

function renditions({ renditions: list = {} }) {
  return Object.entries(list).map(([name, percent]) => `${name} ${Math.floor(percent)}%`).join(" · ");
}

/** Nothing will change any more without somebody's doing. */
export function settled(media) {
  return media.state === "ready" || media.state === "failed";
}
