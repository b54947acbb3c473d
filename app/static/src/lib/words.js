/** The sentences of a script, translated by the server, in the JSON of `data-words` of its element. */

/** @returns {(key: string, facts?: Record<string, unknown>) => string} `%(name)s` is filled from facts; an unknown key is itself. */
export function wordsOf(element) {
  let table = {};
  try {
    table = JSON.parse((element && element.dataset.words) || "{}");
  } catch {
    table = {};
  }
  return (key, facts = {}) => (table[key] || key).replace(/%\((\w+)\)s/g, (whole, name) => String(name in facts ? facts[name] : whole));
}
