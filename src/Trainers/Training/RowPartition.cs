namespace Disentangle.ML.Trainers;

/// <summary>Divides rows into training and validation rows.</summary>
internal readonly record struct RowPartition(double ValidationFraction, int Seed)
{
    /// <summary>Whether a row, by its index in the source, is a validation row.</summary>
    public bool Validates(long row) => ValidationFraction > 0 && HashCode32.Uniform(Seed, row) < ValidationFraction;

    /// <summary>The indices of the training rows among <paramref name="count"/> rows.</summary>
    public int[] TrainingRows(int count)
    {
        RowPartition partition = this;
        return [.. Enumerable.Range(0, count).Where(row => !partition.Validates(row))];
    }
}
