namespace Disentangle.ML.Tensors.Managed;

/// <summary>A constant: a tensor without inputs.</summary>
internal sealed unsafe class ConstantTensor : ManagedTensor
{
    public ConstantTensor(ManagedEngine engine, Shape shape) : base(engine, shape, requiresGradient: false)
    {
    }

    public ConstantTensor(ManagedEngine engine, Shape shape, float* data) : base(engine, shape, requiresGradient: false, data)
    {
    }

    protected override void Backward(float* gradient)
    {
    }
}
