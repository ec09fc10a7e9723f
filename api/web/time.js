// The time that the node goes by. This machine's clock may be years off, the node never
// sets it, and what it says of its orders is by its own clock.
const NOTICED = 1000; // milliseconds; less is the way of an answer to this page

let skew = 0; // what this machine's clock lacks
let heard = false;

export const now = () => Date.now() + skew;

// follow takes the node's time, and says whether what is drawn by the one before is wrong.
export function follow(iso) {
  const lacks = Date.parse(iso) - Date.now();
  if (Number.isNaN(lacks) || (heard && Math.abs(lacks - skew) < NOTICED)) return false;
  skew = lacks;
  heard = true;
  return true;
}
