namespace Disentangle.ML.Trainers;

/// <summary>One of the two sets.</summary>
public enum JointSide
{
    /// <summary>The scarce set, the target of training.</summary>
    Primary,

    /// <summary>The plentiful set.</summary>
    Auxiliary,
}
