/** A few numbers as a line, the newest at the right; what they are must stand beside it in words. */
export function Spark({
  values,
  width = 90,
  height = 20,
}: {
  values: readonly number[];
  width?: number;
  height?: number;
}) {
  const most = Math.max(1, ...values);
  const step = width / Math.max(1, values.length - 1);
  const at = (value: number, index: number) =>
    `${(index * step).toFixed(1)},${(height - 1 - (value / most) * (height - 3)).toFixed(1)}`;
  const line = values.map(at).join(" ");
  return (
    <svg class="spark" width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      {values.length === 1 && <circle class="spark-dot" cx={width / 2} cy={height / 2} r={3} />}
      {values.length > 1 && (
        <>
          <polygon class="spark-area" points={`0,${height} ${line} ${width},${height}`} />
          <polyline class="spark-line" points={line} />
        </>
      )}
    </svg>
  );
}
