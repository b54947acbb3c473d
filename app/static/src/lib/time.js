/** Media time and remaining time as people read them. */

/** 65_000 → "1:05", 3_723_000 → "1:02:03". Milliseconds; negative and non-numbers are 0. */
export function clock(ms) {
  const seconds = Math.floor(Math.max(0, Number(ms) || 0) / 1000);
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** A size in bytes with the unit that keeps it short. */
export function size(bytes) {
  let amount = Math.max(0, Number(bytes) || 0);
  for (const unit of ["B", "KB", "MB"]) {
    if (amount < 1000) return `${unit === "B" || amount >= 100 ? Math.round(amount) : amount.toFixed(1)} ${unit}`;
    amount /= 1000;
  }
  return `${amount.toFixed(1)} GB`;
}
