// erf and erfc of a float64, within 1.5 and 2.5 ulp.
import { horner, productError, sumError } from "./arithmetic";
import { expScaled } from "./exp";

/** erf(x) / x - 1 in x^2, |x| <= 1. */
const ERF = memory.data<f64>([
  0.12837916709551256, -0.37612638903183343, 0.1128379167093689, -0.026866170641937404, 0.005223977596447569,
  -0.0008548325465514541, 0.00012055279736217079, -1.4924447512169455e-5, 1.6443882629169215e-6,
  -1.6181596931587816e-7, 1.3604860786977885e-8, -7.582962407993106e-10,
]);

/** erfc(0.75 + t), |t| <= 0.25. */
const ERFC = memory.data<f64>([
  0.28884436634648486, -0.6429310691952073, 0.4821983018964172, -0.026788794549844487, -0.15068696934526027,
  0.053242729174518166, 0.026872509755357727, -0.018435235577193117, -0.0023017972975706985,
  0.003968270502685115, -0.0001858446688879467, -0.0006240709130372902, 0.00010422271904983715,
  7.53573873387843e-5, -1.3731830235489025e-5,
]);

/** ln(x e^(x^2) erfc(x)) + 0.5625 in 1 / x^2, numerator and denominator: up to x = 2.25, then up to 28. */
const NEAR = memory.data<f64>([
  -0.00986495189735369, -0.6754816765335289, -9.388466838938797, -50.41263338796622, -120.98168493951192,
  -132.0161761543315, -61.43977640260683, -10.245447159273354, -0.386103742415978, 1, 17.788474227599117,
  113.45316927876284, 330.7328278710888, 466.95107366648153, 312.83298241468384, 90.74054382981757,
  9.220263750502342, 0.18639792006153114,
]);
const FAR = memory.data<f64>([
  -0.009864942924700125, -0.8113865735643528, -18.71995326836051, -180.97188916058857, -805.8130566237377,
  -1602.7186006512907, -1216.1762390330355, -225.0205208942282, 1, 31.564964535653175, 361.12433976615216,
  1885.0748141138513, 4645.879157473619, 5049.367674378441, 1975.992256561301, 157.24288423721413,
]);

/** erfc(a), a >= 0.5. */
function erfcPositive(a: f64): f64 {
  if (a < 1) return horner(ERFC, 15, a - 0.75);
  if (a > 28) return 0;
  // e^(-a^2 - 0.5625 + ratio) / a, the exponent as a sum of two.
  const v = 1 / (a * a);
  const near = a < 2.25;
  const ratio = near
    ? horner(NEAR, 9, v) / horner(NEAR + 72, 9, v)
    : horner(FAR, 8, v) / horner(FAR + 64, 8, v);
  const square = -a * a;
  const base = square - 0.5625;
  const x = base + ratio;
  const low = productError(-a, a, square) + sumError(square, -0.5625, base) + sumError(base, ratio, x);
  return expScaled(x, low, 0) / a;
}

/** erf(x). */
export function erf64(x: f64): f64 {
  const a = abs(x);
  if (!(a > 1)) return x + x * horner(ERF, 12, x * x);
  return copysign<f64>(1 - erfcPositive(a), x);
}

/** 1 - erf(x), without cancellation. */
export function erfc64(x: f64): f64 {
  return x >= 0.5 ? erfcPositive(x) : 1 - erf64(x);
}
