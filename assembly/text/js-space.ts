// What JavaScript counts as white space, in UTF-8: what trim takes off and number texts may begin and end with.

/** White space outside ASCII: blanks of U+2000 to U+200A are not in the list. */
const WIDE: usize = memory.data<u16>([0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff]);

function isWide(point: u32): bool {
  if (point - 0x2000 < 11) return true;
  for (let i: usize = 0; i < 16; i += 2) if (load<u16>(WIDE + i) == point) return true;
  return false;
}

/** The number of bytes of the white space that starts at `at`, 0 where there is none. */
function spaceAt(at: usize, end: usize): usize {
  const c: u32 = load<u8>(at);
  if (c < 0x80) return c == 32 || c - 9 < 5 ? 1 : 0;
  if (c == 0xc2 && end - at > 1) return isWide(load<u8>(at, 1)) ? 2 : 0;
  if ((c == 0xe1 || c == 0xe2 || c == 0xe3 || c == 0xef) && end - at > 2) {
    const point = ((c & 15) << 12) | ((load<u8>(at, 1) & 63) << 6) | (load<u8>(at, 2) & 63);
    return isWide(point) ? 3 : 0;
  }
  return 0;
}

/** The first address from `at` on that holds no white space. */
export function skipSpace(at: usize, end: usize): usize {
  while (at < end) {
    const bytes = spaceAt(at, end);
    if (!bytes) break;
    at += bytes;
  }
  return at;
}

/** The address behind the last byte before `end` that is no white space. */
export function skipSpaceBack(start: usize, end: usize): usize {
  while (end > start) {
    let at = end - 1;
    while (at > start && (load<u8>(at) & 0xc0) == 0x80) at--;
    if (spaceAt(at, end) != end - at) break;
    end = at;
  }
  return end;
}
