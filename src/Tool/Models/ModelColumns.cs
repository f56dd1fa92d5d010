namespace Disentangle.ML.Tool;

/// <summary>The columns that a model adds to its inputs.</summary>
internal static class ModelColumns
{
    public const string Features = "Features";
    public const string Embedding = "Embedding";
    public const string Cluster = "PredictedLabel";
    public const string Score = "Score";

    /// <summary>The column for a text: one value for each text it takes.</summary>
    public static string OneHot(string text) => $"{text} (one-hot)";

    /// <exception cref="InputException">A column of the file has the name of one that the model adds.</exception>
    public static void CheckNames(TrainingColumns columns)
    {
        string[] added = [Features, Embedding, Cluster, Score, .. columns.Features.OfType<TextColumn>().Select(text => OneHot(text.Name))];
        IEnumerable<TableColumn> read = [.. columns.Features, .. new[] { columns.Label, columns.Truth }.OfType<TableColumn>()];
        if (read.Select(column => column.Name).Intersect(added).FirstOrDefault() is { } name)
            throw new InputException($"The model adds a column '{name}' itself; rename the column of that name in the CSV file.");
    }
}
