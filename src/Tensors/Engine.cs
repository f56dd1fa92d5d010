namespace Disentangle.ML.Tensors;

/// <summary>What a layer applies to its output.</summary>
public enum Activation
{
    /// <summary>x.</summary>
    Identity,

    /// <summary>max(0, x).</summary>
    ReLU,

    /// <summary>x for x &gt; 0, 0.01 x otherwise.</summary>
    LeakyReLU,

    /// <summary>1 / (1 + exp(-x)).</summary>
    Sigmoid,

    /// <summary>tanh x.</summary>
    Tanh,
}

/// <summary>
/// The operations that losses and networks are written in, with reverse-mode differentiation. <see cref="ManagedEngine"/> is the CPU engine.
/// An engine serves one thread at a time; several engines may read the same parameters at once while nobody trains them.
/// </summary>
/// <remarks>
/// Labels are class indices 0, 1, ...; -1 says that a row has none. Axes may be negative, counting from the end.
/// Operations whose body here is a composition of others are overridden where an engine can fuse them; both must agree.
/// </remarks>
public abstract class Engine : IDisposable
{
    // ---- Lifetime ----------------------------------------------------------------------------------------------------------------------

    /// <summary>
    /// Opens a step. Every tensor made until it is disposed belongs to it and its memory is reused afterwards. With
    /// <paramref name="training"/> the operations are recorded for <see cref="Backward"/> and dropout is active; without it neither.
    /// </summary>
    /// <exception cref="InvalidOperationException">A step is open already.</exception>
    public abstract IDisposable BeginStep(bool training);

    /// <summary>Whether the open step records operations.</summary>
    public abstract bool IsTraining { get; }

    /// <summary>A parameter with the given start values. It outlives steps.</summary>
    public abstract Parameter CreateParameter(string name, Shape shape, ReadOnlySpan<float> values);

    /// <summary>Overwrites a parameter's values.</summary>
    public abstract void SetValues(Parameter parameter, ReadOnlySpan<float> values);

    /// <summary>A constant that belongs to the open step.</summary>
    public abstract Tensor Constant(Shape shape, ReadOnlySpan<float> values);

    /// <summary>A constant of one value throughout.</summary>
    public abstract Tensor Fill(Shape shape, float value);

    /// <summary>The same elements in another shape of equal length. A view: no copy.</summary>
    public abstract Tensor Reshape(Tensor x, Shape shape);

    /// <summary>x as a constant: the gradient stops here.</summary>
    public abstract Tensor Detach(Tensor x);

    /// <summary>
    /// Computes the gradients of a scalar with respect to all parameters it depends on, adding to those from earlier calls in the same step.
    /// A parameter it does not depend on keeps a gradient of zero.
    /// </summary>
    public abstract void Backward(Tensor loss);

    /// <summary>The gradient of a parameter after <see cref="Backward"/>; zeros before. Valid until the next step begins.</summary>
    public abstract void CopyGradient(Parameter parameter, Span<float> destination);

    /// <summary>An optimiser of these parameters.</summary>
    public abstract Optimizer CreateOptimizer(IReadOnlyList<Parameter> parameters, OptimizerOptions options);

    /// <inheritdoc/>
    public abstract void Dispose();

    // ---- Elementwise -------------------------------------------------------------------------------------------------------------------

    /// <summary>a + b; a length of 1 (or a missing leading axis) is broadcast, as in NumPy.</summary>
    public abstract Tensor Add(Tensor a, Tensor b);

    /// <summary>a - b, broadcast as in <see cref="Add"/>.</summary>
    public abstract Tensor Subtract(Tensor a, Tensor b);

    /// <summary>a * b, broadcast as in <see cref="Add"/>.</summary>
    public abstract Tensor Multiply(Tensor a, Tensor b);

    /// <summary>a / b, broadcast as in <see cref="Add"/>.</summary>
    public abstract Tensor Divide(Tensor a, Tensor b);

    /// <summary>scale * x + offset.</summary>
    public abstract Tensor Affine(Tensor x, float scale, float offset);

    /// <summary>e^x.</summary>
    public abstract Tensor Exp(Tensor x);

    /// <summary>Natural logarithm.</summary>
    public abstract Tensor Log(Tensor x);

    /// <summary>x².</summary>
    public abstract Tensor Square(Tensor x);

    /// <summary>Square root.</summary>
    public abstract Tensor Sqrt(Tensor x);

    /// <summary>max(x, minimum); the gradient is 0 where the minimum holds.</summary>
    public abstract Tensor ClampMin(Tensor x, float minimum);

    /// <summary>An activation, elementwise.</summary>
    public abstract Tensor Activate(Tensor x, Activation activation);

    // ---- Reductions and rearrangement --------------------------------------------------------------------------------------------------

    /// <summary>The sum of all elements, a scalar.</summary>
    public abstract Tensor Sum(Tensor x);

    /// <summary>The sum along an axis, which keeps length 1 or goes.</summary>
    public abstract Tensor Sum(Tensor x, int axis, bool keepAxis = false);

    /// <summary>The mean of all elements, a scalar.</summary>
    public Tensor Mean(Tensor x) => Affine(Sum(x), 1f / x.Shape.Length, 0);

    /// <summary>The mean along an axis, which keeps length 1 or goes.</summary>
    public Tensor Mean(Tensor x, int axis, bool keepAxis = false) => Affine(Sum(x, axis, keepAxis), 1f / x.Shape[axis], 0);

    /// <summary>The greatest element along an axis; the gradient goes to the first of equals.</summary>
    public abstract Tensor Max(Tensor x, int axis, bool keepAxis = false);

    /// <summary>log sum exp along an axis, shifted by the maximum; -inf entries count as absent.</summary>
    public abstract Tensor LogSumExp(Tensor x, int axis, bool keepAxis = false);

    /// <summary>Softmax along the last axis.</summary>
    public abstract Tensor Softmax(Tensor x);

    /// <summary>Log-softmax along the last axis.</summary>
    public abstract Tensor LogSoftmax(Tensor x);

    /// <summary>The transposed matrix.</summary>
    public abstract Tensor Transpose(Tensor x);

    /// <summary>Tensors put one behind the other along an axis.</summary>
    public abstract Tensor Concatenate(ReadOnlySpan<Tensor> parts, int axis);

    /// <summary>The part start, ..., start + length - 1 of an axis.</summary>
    public abstract Tensor Slice(Tensor x, int axis, int start, int length);

    /// <summary>The rows x[indices[0]], x[indices[1]], ... of the first axis; an index may occur more than once. Embedding look-up is this.</summary>
    public abstract Tensor GatherRows(Tensor x, ReadOnlySpan<int> indices);

    /// <summary>From each row i of a matrix the element in column columns[i]: a vector.</summary>
    public abstract Tensor Pick(Tensor x, ReadOnlySpan<int> columns);

    // ---- Linear algebra ----------------------------------------------------------------------------------------------------------------

    /// <summary>The product of two matrices, each optionally transposed first.</summary>
    public abstract Tensor MatMul(Tensor a, Tensor b, bool transposeA = false, bool transposeB = false);

    /// <summary>
    /// activation(x Wᵀ + b): x [rows x in], W [out x in], b [out] or null. A row of the result depends on that row of x only, bit for bit,
    /// whatever the number of rows and threads.
    /// </summary>
    public virtual Tensor Linear(Tensor x, Tensor weight, Tensor? bias, Activation activation = Activation.Identity)
    {
        Tensor y = MatMul(x, weight, transposeB: true);
        if (bias is not null)
            y = Add(y, bias);
        return activation == Activation.Identity ? y : Activate(y, activation);
    }

    /// <summary>Each row divided by its Euclidean norm (at least <paramref name="epsilon"/>).</summary>
    public virtual Tensor NormalizeRows(Tensor x, float epsilon = 1e-12f) =>
        Divide(x, ClampMin(Sqrt(Sum(Square(x), -1, keepAxis: true)), epsilon));

    /// <summary>|a_i - b_j|² for all rows of two matrices: [rows of a x rows of b], never negative.</summary>
    public virtual Tensor SquaredDistances(Tensor a, Tensor b)
    {
        Tensor squaresOfA = Sum(Square(a), 1, keepAxis: true);
        Tensor squaresOfB = Transpose(Sum(Square(b), 1, keepAxis: true));
        return ClampMin(Add(Subtract(squaresOfA, Affine(MatMul(a, b, transposeB: true), 2, 0)), squaresOfB), 0);
    }

    /// <summary>1 - cos(a_i, b_j) for all rows of two matrices: [rows of a x rows of b].</summary>
    public virtual Tensor CosineDistances(Tensor a, Tensor b) =>
        Affine(MatMul(NormalizeRows(a), NormalizeRows(b), transposeB: true), -1, 1);

    // ---- Chance ------------------------------------------------------------------------------------------------------------------------

    /// <summary>
    /// Sets each element to 0 with probability <paramref name="rate"/> and divides the others by 1 - rate, in a training step; x itself
    /// otherwise.
    /// </summary>
    public abstract Tensor Dropout(Tensor x, float rate);

    /// <summary>Independent draws from N(0, 1), a constant.</summary>
    public abstract Tensor Normal(Shape shape);

    /// <summary>Where the engine's random stream stands, so that training can go on from here bit for bit.</summary>
    public abstract ulong[] RandomState { get; set; }

    // ---- Losses ------------------------------------------------------------------------------------------------------------------------

    /// <summary>
    /// -(1/n) Σ_i log softmax(logits_i)[label_i] over the n rows that have a label; 0 where none has.
    /// </summary>
    /// <param name="logits">[rows x classes].</param>
    /// <param name="labels">One a row; -1 leaves the row out.</param>
    public abstract Tensor SoftmaxCrossEntropy(Tensor logits, ReadOnlySpan<int> labels);

    /// <summary>
    /// (1/n) Σ_i [softplus(z_i) - t_i z_i] over the n elements whose target is not NaN: the binary cross-entropy of sigmoid(z), stable for
    /// every z; 0 where no element has a target.
    /// </summary>
    /// <param name="logits">Any shape.</param>
    /// <param name="targets">As many as logits, each 0 to 1, or NaN for none.</param>
    public abstract Tensor BinaryCrossEntropyWithLogits(Tensor logits, ReadOnlySpan<float> targets);

    /// <summary>
    /// Σ_{r≠s} max(0, m - KL(softmax(w_r) ‖ softmax(w_s))) over all ordered pairs of rows: the loss on weights of Forced to Learn (2017).
    /// </summary>
    /// <param name="weight">[k x n].</param>
    /// <param name="margin">m, positive.</param>
    public virtual Tensor RowMargin(Tensor weight, float margin)
    {
        Tensor logP = LogSoftmax(weight);
        Tensor p = Exp(logP);
        Tensor entropies = Sum(Multiply(p, logP), 1, keepAxis: true);
        Tensor divergences = Subtract(entropies, MatMul(p, logP, transposeB: true));
        Tensor hinge = ClampMin(Affine(divergences, -1, margin), 0);
        // A row's divergence from itself is 0, so the diagonal holds k margins that are no pairs.
        return Affine(Sum(hinge), 1, -margin * weight.Shape[0]);
    }
}
