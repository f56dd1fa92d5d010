namespace Papers;

/// <summary>One cell of a table from one run.</summary>
/// <param name="Row">The method.</param>
/// <param name="Column">The name of the score.</param>
/// <param name="Value">The score.</param>
public sealed record Score(string Row, string Column, double Value);
