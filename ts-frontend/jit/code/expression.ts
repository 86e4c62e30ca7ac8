/** Pieces of printed TypeScript with their precedence, so that parentheses stand only where they are needed. */

export interface Expr {
  readonly text: string;
  /** As in Prec: the higher, the tighter. */
  readonly prec: number;
  /** The text of the opposite, of a comparison that has one. */
  readonly negated?: string;
}

export const Prec = {
  primary: 20,
  unary: 15,
  multiply: 13,
  add: 12,
  shift: 11,
  /** Comparisons, and `as`. */
  relation: 10,
  equality: 9,
  bitAnd: 8,
  bitXor: 7,
  bitOr: 6,
  arrow: 1,
} as const;

export function primary(text: string): Expr {
  return { text, prec: Prec.primary };
}

/** The text where at least this precedence is wanted. */
export function tight(expr: Expr, prec: number): string {
  return expr.prec >= prec ? expr.text : `(${expr.text})`;
}

/** `a op b`, which groups to the left. */
export function infix(operator: string, prec: number, a: Expr, b: Expr): Expr {
  return { text: `${tight(a, prec)} ${operator} ${tight(b, prec + 1)}`, prec };
}

export function prefix(operator: string, a: Expr): Expr {
  return { text: `${operator}${tight(a, Prec.unary + 1)}`, prec: Prec.unary };
}

/** What stands before a dot or an opening bracket; numbers need parentheses there. */
export function receiver(expr: Expr): string {
  return /^[\d.]/.test(expr.text) ? `(${expr.text})` : tight(expr, Prec.primary);
}

export function call(callee: string, args: readonly Expr[]): Expr {
  return primary(`${callee}(${args.map((arg) => arg.text).join(", ")})`);
}
