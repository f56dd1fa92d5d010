using Microsoft.ML.Data;

namespace Disentangle.ML.Onnx.Tests;

/// <summary>A row of the small data that the exported pipelines learn from.</summary>
public sealed class Row
{
    public const int Width = 12;
    public const int Side = 6;
    public const int StepSize = 2;
    public const int MostSteps = 9;
    public const int Vocabulary = 20;

    [VectorType(Width)]
    public float[] Features { get; set; } = [];

    /// <summary>Pixels from 0 to 1.</summary>
    [VectorType(Side * Side)]
    public float[] Image { get; set; } = [];

    [VectorType(4 * 4)]
    public float[] SmallImage { get; set; } = [];

    [VectorType]
    public float[] Steps { get; set; } = [];

    /// <summary>Steps, padded by values that must not count.</summary>
    [VectorType(StepSize * MostSteps)]
    public float[] Padded { get; set; } = [];

    public int Length { get; set; }

    [VectorType]
    public float[] Words { get; set; } = [];

    public string Group { get; set; } = "";

    public bool Flag { get; set; }

    public float Number { get; set; }

    public static Row[] Create(int count = 120, int seed = 1)
    {
        var random = new Random(seed);
        float[] Values(int length, Func<int, float> value) => [.. Enumerable.Range(0, length).Select(value)];
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            int group = i % 3, steps = 1 + random.Next(MostSteps);
            float[] sequence = Values(steps * StepSize, _ => group + random.NextSingle());
            return new Row
            {
                Features = Values(Width, j => 30 * (j % 3 == group ? 2 : 0) + 40 * random.NextSingle()),
                Image = Values(Side * Side, j => (j % 3 == group ? 0.5f : 0) + random.NextSingle() / 2),
                SmallImage = Values(16, j => (j % 3 == group ? 0.5f : 0) + random.NextSingle() / 2),
                Steps = sequence,
                Padded = [.. sequence, .. Values((MostSteps - steps) * StepSize, _ => 77)],
                Length = steps,
                Words = Values(1 + random.Next(8), _ => random.Next(Vocabulary / 3) + group * (Vocabulary / 3)),
                Group = "abc"[group].ToString(),
                Flag = group == 1,
                Number = group + random.NextSingle(),
            };
        })];
    }
}
