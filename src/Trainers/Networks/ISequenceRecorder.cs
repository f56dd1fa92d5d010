using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>
/// An engine that writes a network down for sequences of any length. What a network does with the lengths themselves it cannot see, and
/// is asked for as a whole.
/// </summary>
internal interface ISequenceRecorder
{
    /// <summary>The rows of a table [entries x columns] that the steps name by their number.</summary>
    Tensor LookUp(Tensor table, Tensor numbers);

    /// <summary>
    /// The greatest output of each filter over all windows of a sequence: [sequences x filters]. A sequence shorter than the filters has
    /// one window, filled
    /// up with zeros.
    /// </summary>
    /// <param name="steps">The sequences.</param>
    /// <param name="weight">[filters x width x columns].</param>
    /// <param name="bias">[filters].</param>
    /// <param name="activation">Applied to the outputs.</param>
    Tensor GreatestWindow(Tensor steps, Tensor weight, Tensor bias, Activation activation);
}
