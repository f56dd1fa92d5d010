namespace WebApi;

/// <summary>The clusters of the digits, in their order.</summary>
public sealed record ClusterResponse(IReadOnlyList<Cluster> Results);
