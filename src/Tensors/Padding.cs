namespace Disentangle.ML.Tensors;

/// <summary>How a convolution treats the edges of its input.</summary>
public enum Padding
{
    /// <summary>
    /// The input is padded with zeros so that the output has its size. Of an odd number of zeros, the larger half goes last.
    /// </summary>
    Same,

    /// <summary>The input is not padded, so the output is smaller.</summary>
    Valid,
}
