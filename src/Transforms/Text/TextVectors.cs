using System.Numerics.Tensors;
using System.Text.Json.Nodes;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>Converts a text to a vector: the mean of its word vectors, or their concatenation.</summary>
/// <param name="Vectors">The vectors.</param>
/// <param name="IsMean">Whether to compute the mean.</param>
/// <param name="MaximumWords">The maximum number of words to read, from the first; null for all.</param>
internal sealed record TextVectors(WordVectors Vectors, bool IsMean, int? MaximumWords)
{
    private const string Kind = "WordVectors";

    // Base64 of more than about 800 MB exceeds the maximum length of a string; ML.NET copies it several times when it saves.
    private const long MostBytes = 1L << 29;

    public float[] Compute(VBuffer<ReadOnlyMemory<char>> texts)
    {
        IEnumerable<int> words = TextColumn.Words(texts).Select(word => Vectors.IndexOf(word.Span));
        int dimension = Vectors.Dimension;
        if (IsMean)
        {
            var mean = new float[dimension];
            int count = 0;
            foreach (int word in words)
            {
                TensorPrimitives.Add(mean, Vectors.VectorAt(word), mean);
                count++;
            }
            TensorPrimitives.Divide(mean, count, mean);
            return mean;
        }

        int[] read = [.. words.Take(MaximumWords ?? int.MaxValue)];
        var sequence = new float[read.Length * dimension];
        for (int i = 0; i < read.Length; i++)
            Vectors.VectorAt(read[i]).CopyTo(sequence.AsSpan(i * dimension));
        return sequence;
    }

    public VBuffer<float> ComputeBuffer(VBuffer<ReadOnlyMemory<char>> texts)
    {
        float[] values = Compute(texts);
        return new VBuffer<float>(values.Length, values);
    }

    /// <summary>Decodes the payload of a saved model, once.</summary>
    /// <exception cref="InvalidDataException">The payload is truncated, altered, or of a version this library does not know.</exception>
    public static TextVectors Of(ReadOnlyMemory<char> payload) => Payloads<TextVectors>.Find(payload, Read);

    /// <summary>Encodes the vectors as a payload.</summary>
    /// <exception cref="InvalidOperationException">The vectors are too large for a model.</exception>
    public string Write()
    {
        long bytes = (Vectors.Count + 1L) * Vectors.Dimension * sizeof(float);
        if (bytes > MostBytes)
        {
            throw new InvalidOperationException(
                $"The vectors of {Vectors.Count} words take {bytes >> 20} MB; "
                + $"a model can be saved with at most {MostBytes >> 20} MB of them. "
                + "Load fewer words with WordVectors.Load(path, maximumWords), "
                + "or set onlySeenWords to keep only those that occur in the training data.");
        }
        (string[] words, float[] values) = Vectors.Save();
        var header = new JsonObject { ["mean"] = IsMean, ["maximumWords"] = MaximumWords, ["words"] = ModelJson.Write(words) };
        return ModelPayload.Write(new SavedModel(Kind, header, [SavedArray.Of("vectors", [words.Length + 1, Vectors.Dimension], values)]));
    }

    private static TextVectors Read(ReadOnlySpan<char> payload)
    {
        SavedModel saved = ModelPayload.Read(payload);
        var words = saved.Setting<string[]>("words");
        int? maximumWords = saved.Optional<int?>("maximumWords");
        if (saved.Kind != Kind || saved.Arrays is not [{ Shape: [_, >= 1 and var dimension] } vectors]
            || vectors.Bytes.Length != (words.Length + 1L) * dimension * sizeof(float) || words.Contains(null) || maximumWords < 1)
        {
            throw new InvalidDataException("The model is damaged: the numbers of words and vectors do not match.");
        }
        return new TextVectors(WordVectors.Restore(words, vectors.Singles()), saved.Setting<bool>("mean"), maximumWords);
    }
}
