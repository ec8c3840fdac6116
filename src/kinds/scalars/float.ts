/**
 * Go's `strconv.FormatFloat(value, 'g', -1, bits)`: the fewest digits that read back as the same number of that precision, with an
 * exponent of two digits or more when the decimal exponent is below -4 or above 5 (`1e+06`, `1.2345679e+08`).
 */
export function formatGoFloat(value: number, bits: 32 | 64): string {
  const rounded = bits === 32 ? Math.fround(value) : value;
  if (Number.isNaN(rounded)) return 'NaN';
  if (!Number.isFinite(rounded)) return rounded > 0 ? '+Inf' : '-Inf';
  if (Object.is(rounded, -0)) return '-0';
  const [mantissa = '', power = '0'] = (bits === 32 ? shortest32(rounded) : rounded.toExponential()).split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) return String(Number(`${mantissa}e${exponent}`));
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function shortest32(value: number): string {
  const [mantissa = '', exponent = ''] = Math.abs(value).toExponential(20).split('e');
  const digits = mantissa.replace(/\.|0+$/g, '');
  for (let count = 1; count < digits.length; count++) {
    const below = Number(digits.slice(0, count));
    const rest = digits.slice(count);
    const roundUp = rest === '5' ? below % 2 === 1 : rest > '5';
    for (const candidate of roundUp ? [below + 1, below] : [below, below + 1]) {
      const decimal = Math.sign(value) * Number(`${candidate}e${Number(exponent) - count + 1}`);
      if (Math.fround(decimal) === value) return decimal.toExponential();
    }
  }
  return value.toExponential();
}
