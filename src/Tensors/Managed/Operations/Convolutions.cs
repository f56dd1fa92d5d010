using Disentangle.ML.Tensors.Managed;
using Disentangle.ML.Tensors.Managed.Kernels;

namespace Disentangle.ML.Tensors;

public sealed unsafe partial class ManagedEngine
{
    /// <inheritdoc/>
    public override Tensor Convolution2D(Tensor x, Tensor weight, Tensor? bias, Padding padding,
        Activation activation = Activation.Identity)
    {
        ManagedTensor input = Use(x);
        ManagedTensor filters = Use(weight);
        ManagedTensor? b = bias is null ? null : Use(bias);
        Shape shape = OperationShapes.Convolution2D(input.Shape, filters.Shape, b?.Shape, padding, activation);
        return new ConvolutionNode(this, shape, input, filters, b, padding, activation);
    }

    private sealed class ConvolutionNode : ManagedTensor
    {
        private readonly ManagedTensor _x;
        private readonly ManagedTensor _weight;
        private readonly ManagedTensor? _bias;
        private readonly Activation _activation;
        private readonly ConvolutionSizes _sizes;
        private readonly int _top;
        private readonly int _left;
        private readonly float* _padded;
        private bool _isDerivativeApplied;

        public ConvolutionNode(
            ManagedEngine engine, Shape shape, ManagedTensor x, ManagedTensor weight, ManagedTensor? bias, Padding padding,
            Activation activation)
            : base(engine, shape, engine.Records(x, weight) || (bias is not null && engine.Records(bias)))
        {
            (_x, _weight, _bias, _activation) = (x, weight, bias, activation);
            (Shape image, Shape filter) = (x.Shape, weight.Shape);
            (int kernelHeight, int kernelWidth) = (filter[1], filter[2]);
            bool pads = padding == Padding.Same && (kernelHeight > 1 || kernelWidth > 1);
            int height = image[1] + (pads ? kernelHeight - 1 : 0);
            int width = image[2] + (pads ? kernelWidth - 1 : 0);
            _sizes = new ConvolutionSizes(image[0], height, width, image[3], kernelHeight, kernelWidth, filter[0]);
            _padded = x.Data;
            if (pads)
            {
                (_top, _left) = ((kernelHeight - 1) / 2, (kernelWidth - 1) / 2);
                _padded = engine.Allocate((long)image[0] * height * width * image[3]);
                Convolution.Pad(x.Data, image[0], image[1], image[2], image[3], _top, _left, height, width, _padded, engine.Threads);
            }
            int length = _sizes.PatchLength;
            long mark = engine.MemoryMark;
            float* packed = engine.Allocate(PackedMatrix.PackedLength(length, filter[0]));
            Convolution.Run(_padded, _sizes, new MatrixView(weight.Data, length, transpose: true), packed,
                bias is null ? null : bias.Data, activation, Data, false, engine.Threads);
            engine.ReleaseSince(mark);
        }

        /// <summary>The activation. The caller multiplies the gradient of this backward pass by its derivative.</summary>
        public Activation HandOverDerivative()
        {
            _isDerivativeApplied = true;
            return _activation;
        }

        protected override void Backward(float* gradient)
        {
            if (!_isDerivativeApplied)
                Managed.MultiplyByDerivative(_activation, gradient, Data, Length);
            _isDerivativeApplied = false;
            if (_weight.RequiresGradient || _bias is { RequiresGradient: true })
                FilterGradient(gradient);
            if (_x.RequiresGradient)
                InputGradient(gradient);
        }

        private void FilterGradient(float* gradient)
        {
            int threads = Managed.Threads;
            (int length, int filters) = (_sizes.PatchLength, _sizes.Filters);
            bool addsWeight = false, addsBias = false;
            float* weight = _weight.RequiresGradient ? _weight.GradientTarget(out addsWeight) : null;
            float* bias = _bias is { RequiresGradient: true } ? _bias.GradientTarget(out addsBias) : null;
            long mark = Managed.MemoryMark;
            float* sums = Managed.Allocate(Convolution.FilterGradientLength(_sizes));
            Convolution.FilterGradient(_padded, _sizes, gradient, sums, Managed.Allocate(Convolution.FilterGradientScratch(_sizes)), threads);
            if (weight != null)
                Transposition.Run(sums, weight, length, filters, addsWeight, threads);
            if (bias != null)
                Managed.CopyRows(sums + (nint)length * filters, filters, bias, filters, 1, filters, addsBias);
            Managed.ReleaseSince(mark);
        }

        /// <summary>The gradient of x is a convolution too: of the padded gradient with the filters rotated by 180°.</summary>
        private void InputGradient(float* gradient)
        {
            (int images, int channels, int filters) = (_sizes.Images, _sizes.Channels, _sizes.Filters);
            (int kernelHeight, int kernelWidth) = (_sizes.KernelHeight, _sizes.KernelWidth);
            (int height, int width) = (_x.Shape[1] + kernelHeight - 1, _x.Shape[2] + kernelWidth - 1);
            float* target = _x.GradientTarget(out bool accumulate);
            long mark = Managed.MemoryMark;
            float* padded = gradient;
            if (kernelHeight > 1 || kernelWidth > 1)
            {
                padded = Managed.Allocate((long)images * height * width * filters);
                Convolution.Pad(gradient, images, Shape[1], Shape[2], filters, kernelHeight - 1 - _top, kernelWidth - 1 - _left, height,
                    width, padded, Managed.Threads);
            }

            // From [filters x kernel height x kernel width x channels] to [kernel height x kernel width x filters x channels].
            int kernelSize = kernelHeight * kernelWidth;
            float* rotated = Managed.Allocate(_weight.Length);
            for (int filter = 0; filter < filters; filter++)
            {
                for (int k = 0; k < kernelSize; k++)
                {
                    new ReadOnlySpan<float>(_weight.Data + ((nint)filter * kernelSize + k) * channels, channels)
                        .CopyTo(new Span<float>(rotated + ((nint)(kernelSize - 1 - k) * filters + filter) * channels, channels));
                }
            }
            int length = kernelSize * filters;
            float* packed = Managed.Allocate(PackedMatrix.PackedLength(length, channels));
            var sizes = new ConvolutionSizes(images, height, width, filters, kernelHeight, kernelWidth, channels);
            Convolution.Run(padded, sizes, new MatrixView(rotated, channels), packed, null, Activation.Identity, target, accumulate,
                Managed.Threads);
            Managed.ReleaseSince(mark);
        }
    }
}
