namespace Disentangle.ML.Evaluators;

/// <summary>A row of a cluster, as an example of it.</summary>
/// <param name="Row">The number of the row, from 0.</param>
/// <param name="Name">Its value in the column that names rows; null without such a column or where the value is missing.</param>
/// <param name="Distance">Its distance to the mean of its cluster in the embedding.</param>
/// <param name="Margin">
/// How clearly it belongs to its cluster: (b - a) / max(a, b), with its distances a to the mean of its own cluster and b to the nearest
/// mean of another. -1 to 1; negative where it is nearer to another cluster; 1 where there is no other.
/// </param>
/// <param name="NextCluster">The cluster of that nearest other mean; null where there is no other.</param>
public sealed record ClusterRow(int Row, string? Name, double Distance, double Margin, string? NextCluster);
