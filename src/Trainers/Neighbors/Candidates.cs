namespace Disentangle.ML.Trainers;

/// <summary>Rows and the candidates for their neighbours; both ascending.</summary>
/// <param name="Queries">The rows whose neighbours are searched.</param>
/// <param name="Rows">The candidates.</param>
internal sealed record Candidates(int[] Queries, int[] Rows)
{
    public double Pairs => (double)Queries.Length * Rows.Length;
}
