using Disentangle.ML.Tensors;
using static System.FormattableString;

namespace Disentangle.ML.Trainers;

/// <summary>Rows in memory that lie on the device as well, so that batches are gathered there and not uploaded.</summary>
internal sealed class DeviceRows
{
    private const long UsualLimit = 1L << 30;
    private const double Megabyte = 1e6;
    private readonly Dictionary<RowStore, Tensor> _tensors = [];

    /// <summary>Whether rows were uploaded.</summary>
    public bool Any => _tensors.Count > 0;

    /// <summary>The uploaded rows [rows x features], which outlive steps; null if these were not uploaded.</summary>
    public Tensor? Of(RowStore rows) => _tensors.GetValueOrDefault(rows);

    /// <summary>
    /// Uploads all rows, or none if the options do not allow it or they take more memory than allowed. They are freed with the engine.
    /// </summary>
    /// <param name="engine">The engine.</param>
    /// <param name="options">The limit.</param>
    /// <param name="sources">The rows of training and validation with the number of features in each; streams are skipped.</param>
    /// <param name="obstacle">Why the batches are not made of these rows as they are, as the end of a sentence; null if they are.</param>
    /// <param name="onMessage">Receives the decision.</param>
    public void Upload(Engine engine, TrainingOptions options, IEnumerable<(IRowSource? Rows, int Width)> sources, string? obstacle,
        Action<string>? onMessage)
    {
        long limit = options.DeviceMemoryForRows ?? (engine.HasOwnMemory ? UsualLimit : 0);
        if (limit == 0)
            return;
        (RowStore Rows, int Width)[] stores = [.. sources.Where(source => source.Rows is RowStore { Count: > 0 })
            .Select(source => ((RowStore)source.Rows!, source.Width)).Distinct()];
        long bytes = stores.Sum(store => (long)store.Rows.Count * store.Width * sizeof(float));
        if (obstacle is null && bytes > limit)
            obstacle = Invariant($"they need {bytes / Megabyte:F1} MB and DeviceMemoryForRows is {limit / Megabyte:F1} MB");
        if (obstacle is null && stores.Any(store => (long)store.Rows.Count * store.Width > Array.MaxLength))
            obstacle = $"a tensor has at most {Array.MaxLength} values";
        if (obstacle is not null)
        {
            onMessage?.Invoke($"Each batch is uploaded when its step begins: {obstacle}.");
            return;
        }
        // Rows of another size are reported by their batch.
        if (stores.Any(store => Enumerable.Range(0, store.Rows.Count).Any(row => store.Rows.Features(row).Length != store.Width)))
            return;
        foreach ((RowStore rows, int width) in stores)
        {
            var values = new float[rows.Count * width];
            for (int row = 0; row < rows.Count; row++)
                rows.Features(row).CopyTo(values.AsSpan(row * width));
            _tensors.Add(rows, engine.CreateParameter("rows", new Shape(rows.Count, width), values).Value);
        }
        onMessage?.Invoke(Invariant($"The device holds {stores.Sum(store => store.Rows.Count)} rows ({bytes / Megabyte:F1} MB)."));
    }
}
