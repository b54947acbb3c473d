/** What this machine keeps of an attempt until the server has it: local storage, so that a closed browser loses nothing. */
export function localStore(key) {
  let memory = null;
  return {
    load() {
      try {
        return JSON.parse(window.localStorage.getItem(key) || "null");
      } catch {
        return memory;
      }
    },
    save(state) {
      memory = state;
      try {
        window.localStorage.setItem(key, JSON.stringify(state));
      } catch {
        // full or refused: the page itself still has it
      }
    },
    clear() {
      memory = null;
      try {
        window.localStorage.removeItem(key);
      } catch {
        // nothing was kept
      }
    },
  };
}
