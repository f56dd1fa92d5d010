using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>A layer of a <see cref="DenseStack"/>.</summary>
internal readonly record struct DenseSettings(string Name, int Size, Activation Activation);
