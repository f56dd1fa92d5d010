using Microsoft.ML.Data;

namespace DisentangleConsole;

/// <summary>A row of customers.csv. Replace it by your own columns.</summary>
public sealed class Customer
{
    [LoadColumn(0)] public float Age { get; set; }
    [LoadColumn(1)] public float Income { get; set; }
    [LoadColumn(2)] public float Visits { get; set; }
    [LoadColumn(3)] public float Basket { get; set; }
    [LoadColumn(4)] public float Returns { get; set; }
    [LoadColumn(5)] public string Country { get; set; } = "";

    /// <summary>The coarse label: all that training is told.</summary>
    [LoadColumn(6)] public bool Churned { get; set; }
}
