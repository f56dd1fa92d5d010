namespace Disentangle.ML.Trainers;

/// <summary>Why an <see cref="Envelope"/> cannot be read.</summary>
internal enum EnvelopeFault
{
    None,

    /// <summary>The bytes do not begin with the magic number.</summary>
    OtherMagic,

    /// <summary>The format has another version.</summary>
    OtherVersion,

    /// <summary>The bytes were truncated or altered.</summary>
    Damaged,
}
