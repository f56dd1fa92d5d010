namespace Disentangle.ML.Onnx;

/// <summary>What the first axis of a recorded tensor is in the graph.</summary>
internal enum Layout
{
    /// <summary>The tensor does not depend on the rows: the graph's tensor has its shape.</summary>
    Constant,

    /// <summary>The rows, of which the graph takes any number.</summary>
    Rows,

    /// <summary>The steps of all sequences, [Σ lengths x columns]: in the graph [sequences x steps x columns], padded.</summary>
    Steps,
}
