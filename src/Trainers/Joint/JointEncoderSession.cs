using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>Encodes and decodes rows of one side of a <see cref="JointAutoencoder"/>. One session serves one thread at a time.</summary>
/// <param name="model">The model.</param>
/// <param name="side">The side of the rows.</param>
/// <param name="threads">Processor cores to use; 0 for all. Results do not depend on it.</param>
public sealed class JointEncoderSession(JointAutoencoder model, JointSide side, int threads = 1) : IDisposable
{
    private readonly ManagedEngine _engine = new(threads);
    private readonly int _width = model.Input(side).Width;

    /// <summary>
    /// Encodes rows as the means of their posteriors. The result for a row depends only on that row, bit for bit, whatever the number of
    /// rows encoded together.
    /// </summary>
    /// <param name="rows">The rows.</param>
    /// <param name="contents">Receives [rows x ContentSize].</param>
    /// <param name="probabilities">Receives the classifier's probabilities [rows x ClassCount], or empty if not needed.</param>
    /// <param name="styles">Receives [rows x StyleSize], or empty if not needed.</param>
    /// <param name="reconstructions">Receives [rows x Input.Width], values between 0 and 1, or empty if not needed.</param>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    /// <exception cref="InvalidOperationException">Styles or reconstructions are requested from a model whose mode has none.</exception>
    public void Encode(
        RowBatch rows, Span<float> contents, Span<float> probabilities = default, Span<float> styles = default,
            Span<float> reconstructions = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        RequireLength(nameof(contents), contents.Length, rows.Count * model.ContentSize);
        if (rows.Count == 0)
            return;

        using IDisposable step = _engine.BeginStep(training: false);
        ContentModule module = model.Content(side);
        Tensor features = module.Features(_engine, rows.ToInput(_engine).Values);
        Tensor content = module.Mean.Forward(_engine, features);
        content.CopyTo(contents);
        if (!probabilities.IsEmpty)
        {
            RequireLength(nameof(probabilities), probabilities.Length, rows.Count * model.ClassCount);
            _engine.Softmax(model.Logits(_engine, content)).CopyTo(probabilities);
        }
        if (styles.IsEmpty && reconstructions.IsEmpty)
            return;
        ConvolutionalVariationalModule variational = model.Variational(side);
        Tensor style = variational.StyleMean.Forward(_engine, features);
        if (!styles.IsEmpty)
        {
            RequireLength(nameof(styles), styles.Length, rows.Count * model.StyleSize(side));
            style.CopyTo(styles);
        }
        if (!reconstructions.IsEmpty)
        {
            RequireLength(nameof(reconstructions), reconstructions.Length, rows.Count * _width);
            _engine.Activate(variational.Decode(_engine, style, content), Activation.Sigmoid).CopyTo(reconstructions);
        }
    }

    /// <summary>
    /// Decodes latents, which need not come from the same row: the content of one row with the style of another shows what each of them
    /// holds.
    /// </summary>
    /// <param name="contents">[rows x ContentSize].</param>
    /// <param name="styles">[rows x StyleSize].</param>
    /// <param name="images">Receives [rows x Input.Width], values between 0 and 1.</param>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    /// <exception cref="InvalidOperationException">The model's mode has no styles.</exception>
    /// <example>The digit of the second row in the style of the first: <code>
    /// using var session = new JointEncoderSession(transformer.Model, JointSide.Primary);
    /// session.Encode(twoRows, contents, styles: styles);
    /// session.Decode(contents.AsSpan(contentSize, contentSize), styles.AsSpan(0, styleSize), image);
    /// </code></example>
    public void Decode(ReadOnlySpan<float> contents, ReadOnlySpan<float> styles, Span<float> images)
    {
        ConvolutionalVariationalModule module = model.Variational(side);
        int rows = images.Length / _width, styleSize = model.StyleSize(side);
        RequireLength(nameof(images), images.Length, rows * _width);
        RequireLength(nameof(contents), contents.Length, rows * model.ContentSize);
        RequireLength(nameof(styles), styles.Length, rows * styleSize);
        if (rows == 0)
            return;
        using IDisposable step = _engine.BeginStep(training: false);
        Tensor style = _engine.Constant(new Shape(rows, styleSize), styles);
        Tensor content = _engine.Constant(new Shape(rows, model.ContentSize), contents);
        _engine.Activate(module.Decode(_engine, style, content), Activation.Sigmoid).CopyTo(images);
    }

    /// <inheritdoc/>
    public void Dispose() => _engine.Dispose();

    private static void RequireLength(string name, int length, int expected)
    {
        if (length != expected)
            throw new ArgumentException($"{name} has length {length}; expected {expected}.", name);
    }
}
