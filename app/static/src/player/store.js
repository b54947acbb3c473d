/**
 * What a reload must not lose: undelivered beats, by session storage. It is written at once, also while the page is being
 * left (IndexedDB is not), and belongs to this tab alone, so two tabs never send one session's beats at the same time.
 * Where storage is refused (private windows, policy) the same is kept in memory.
 */
export function tabStore(key, storage = safeStorage()) {
  let memory = null;
  return {
    load() {
      try {
        return storage ? JSON.parse(storage.getItem(key) || "null") : memory;
      } catch {
        return null;
      }
    },
    save(state) {
      memory = state;
      try {
        if (storage) storage.setItem(key, JSON.stringify(state));
      } catch {
        // full or refused: memory has it for as long as the page lives
      }
    },
    clear() {
      memory = null;
      try {
        if (storage) storage.removeItem(key);
      } catch {
        // nothing was kept
      }
    },
  };
}

function safeStorage() {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}

/** A wish of this person on this machine: captions, volume, speed. */
export const wishes = {
  get(name, otherwise) {
    try {
      return window.localStorage.getItem(`player.${name}`) || otherwise;
    } catch {
      return otherwise;
    }
  },
  set(name, value) {
    try {
      window.localStorage.setItem(`player.${name}`, value);
    } catch {
      // not kept, and nothing depends on it
    }
  },
};
