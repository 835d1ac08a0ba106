// One question at a time of each place: what moves meanwhile is asked afterwards, the latest alone.

const busy = new Set();
const again = new Set();

/** Do something for a place, and once more if it is asked for meanwhile; `shown` is busy as long. */
export async function takeTurn(place, shown, doing) {
  if (busy.has(place)) {
    again.add(place);
    return;
  }
  busy.add(place);
  shown.setAttribute("aria-busy", "true");
  do {
    again.delete(place);
    await doing(place);
  } while (again.has(place));
  busy.delete(place);
  shown.setAttribute("aria-busy", String(busy.size > 0));
}
