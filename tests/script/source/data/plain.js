// Functions that are scripted from their text.

// Its column is not 0.
export function f(x) {
  return x;
}

const object = {
  method(x) {
    return x + 1;
  },
};

const twice = (x) => x;
export const again = (x) => x;

export function run(fromFunction) {
  return [f, object.method, twice].map((fn) => fromFunction(fn));
}
