using Disentangle.ML.Tensors;
using Disentangle.ML.Tensors.Tests;

namespace Disentangle.ML.Trainers.Tests;

/// <summary>A device with memory of its own that counts what is uploaded to it.</summary>
internal sealed record UploadCounter : Device
{
    /// <summary>The shape of each constant.</summary>
    public List<Shape> Constants { get; } = [];

    /// <summary>The shape of each parameter that holds rows.</summary>
    public List<Shape> Rows { get; } = [];

    public override Engine CreateEngine(int threads, int seed, Action<string>? log = null) => new Counting(this);

    /// <summary>The number of constants as wide as the rows.</summary>
    public int Batches(int width) => Constants.Count(shape => shape.Rank == 2 && shape[1] == width);

    private sealed class Counting(UploadCounter device) : CompositionEngine
    {
        public override bool HasOwnMemory => true;

        public override Tensor Constant(Shape shape, ReadOnlySpan<float> values)
        {
            device.Constants.Add(shape);
            return base.Constant(shape, values);
        }

        public override Tensor Fill(Shape shape, float value) =>
            base.Constant(shape, [.. Enumerable.Repeat(value, shape.Length)]);

        public override Parameter CreateParameter(string name, Shape shape, ReadOnlySpan<float> values)
        {
            if (name == "rows")
                device.Rows.Add(shape);
            return base.CreateParameter(name, shape, values);
        }
    }
}
