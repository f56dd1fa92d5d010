using TorchSharp;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace Disentangle.ML.TorchSharp;

/// <summary>
/// Parameters that an optimiser updates together, and their moments: one parameter, or several whose values lie in one tensor and whose
/// gradients lie in another, so that an update takes as many operations as for one.
/// </summary>
internal sealed class ParameterGroup : IDisposable
{
    private readonly TorchTensor[] _members;
    private readonly Tensor? _values;
    private readonly Tensor? _gradients;

    /// <summary>A group of one parameter, with moments of 0.</summary>
    public ParameterGroup(TorchTensor parameter)
        : this([parameter], zeros_like(parameter.Value).reshape(-1), zeros_like(parameter.Value).reshape(-1), null, null)
    {
    }

    private ParameterGroup(TorchTensor[] members, Tensor first, Tensor second, Tensor? values, Tensor? gradients)
    {
        (_members, _values, _gradients) = (members, values?.DetachFromDisposeScope(), gradients?.DetachFromDisposeScope());
        FirstMoments = first.requires_grad_(false).DetachFromDisposeScope();
        SecondMoments = second.requires_grad_(false).DetachFromDisposeScope();
    }

    public Tensor Values => _values ?? _members[0].Value.view(-1);

    public Tensor Gradients => _gradients ?? (_members[0].Value.grad ?? zeros_like(_members[0].Value)).reshape(-1);

    public Tensor FirstMoments { get; }

    public Tensor SecondMoments { get; }

    public IReadOnlyList<TorchTensor> Members => _members;

    /// <summary>
    /// A group of the members of several, which are disposed. Values, gradients and moments stay, the tensors of the parameters are
    /// replaced. No graph may need the old ones.
    /// </summary>
    public static ParameterGroup Merge(TorchEngine engine, IReadOnlyList<ParameterGroup> groups)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable mode = no_grad();
        var merged = new ParameterGroup(
            [.. groups.SelectMany(group => group._members)], All(group => group.FirstMoments), All(group => group.SecondMoments),
            All(group => group.Values), All(group => group.Gradients));
        long start = 0;
        foreach (TorchTensor member in merged._members)
        {
            long[] lengths = TorchEngine.Lengths(member.Shape);
            Tensor value = merged._values!.narrow(0, start, member.Shape.Length).view(lengths).detach().requires_grad_(true);
            value.grad = merged._gradients!.narrow(0, start, member.Shape.Length).view(lengths);
            member.Value.Dispose();
            member.Value = engine.Keep(value);
            member.IsMerged = true;
            start += member.Shape.Length;
        }
        foreach (ParameterGroup group in groups)
            group.Dispose();
        return merged;

        Tensor All(Func<ParameterGroup, Tensor> part) => cat([.. groups.Select(part)], 0).detach();
    }

    /// <summary>Sets the gradients of a merged group to 0; those of a single parameter are the engine's.</summary>
    public void ClearGradients() => _gradients?.zero_();

    public void Dispose()
    {
        _values?.Dispose();
        _gradients?.Dispose();
        FirstMoments.Dispose();
        SecondMoments.Dispose();
    }
}
