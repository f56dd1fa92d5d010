using System.Runtime.CompilerServices;
using Disentangle.ML.Tensors.Managed;
using Disentangle.ML.Tensors.Managed.Kernels;
using Disentangle.ML.Tensors.Managed.Simd;

namespace Disentangle.ML.Tensors;

public sealed unsafe partial class ManagedEngine
{
    /// <inheritdoc/>
    public override Tensor MaxPool2D(Tensor x, int size)
    {
        ManagedTensor input = Use(x);
        _ = OperationShapes.MaxPool2D(input.Shape, size);
        return new MaxPoolNode(this, input, size);
    }

    /// <inheritdoc/>
    public override Tensor UpSample2D(Tensor x, int factor)
    {
        ManagedTensor input = Use(x);
        _ = OperationShapes.UpSample2D(input.Shape, factor);
        return new UpSampleNode(this, input, factor);
    }

    /// <inheritdoc/>
    public override Tensor MaxOverTime(Tensor x, ReadOnlySpan<int> lengths)
    {
        ManagedTensor input = Use(x);
        _ = OperationShapes.MaxOverTime(input.Shape, lengths);
        return new MaxOverTimeNode(this, input, lengths);
    }

    private sealed class MaxPoolNode : ManagedTensor
    {
        private readonly ManagedTensor _input;
        private readonly int _size;
        // Where in its window each maximum is, counted row by row.
        private readonly float* _places;

        public MaxPoolNode(ManagedEngine engine, ManagedTensor input, int size)
            : base(engine, new Shape(input.Shape[0], input.Shape[1] / size, input.Shape[2] / size, input.Shape[3]), engine.Records(input))
        {
            (_input, _size) = (input, size);
            _places = RequiresGradient ? engine.Allocate(Length) : null;
            Run(input.Data, Data, isGradient: false, accumulate: false);
        }

        protected override void Backward(float* gradient)
        {
            // Where nothing else reads the input, its activation's derivative is needed at the maxima only.
            if (_input is ConvolutionNode { Uses: 1 } convolution)
                Managed.MultiplyByDerivative(convolution.HandOverDerivative(), gradient, Data, Length);
            Run(_input.GradientTarget(out bool accumulate), gradient, isGradient: true, accumulate);
        }

        private void Run(float* input, float* output, bool isGradient, bool accumulate)
        {
            var loop = new MaxPoolLoop(input, output, _places, _size, _input.Shape[1], _input.Shape[2], Shape[1], Shape[2], Shape[3],
                isGradient, accumulate);
            ParallelLoop.Run(loop, Shape[0] * Shape[1], RowsPerTask(_size * _input.Shape[2] * _input.Shape[3]), Managed.Threads);
        }
    }

    /// <summary>An iteration is one row of windows of one image: the maxima and their places, or the gradient of the input.</summary>
    private readonly struct MaxPoolLoop(
        float* x, float* y, float* places, int size, int height, int width, int outputHeight, int outputWidth, int channels,
        bool isGradient, bool accumulate) : IParallelLoop
    {
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            nint stride = (nint)width * channels;
            for (int row = start; row < end; row++)
            {
                (int image, int line) = Math.DivRem(row, outputHeight);
                float* input = x + ((nint)image * height + (nint)line * size) * stride;
                nint output = (nint)row * outputWidth * channels;
                float* place = places == null ? null : places + output;
                if (!isGradient)
                {
                    Maxima<V>(input, stride, y + output, place, outputWidth, channels, size);
                    continue;
                }
                Distribute<V>(input, stride, y + output, place, outputWidth, channels, size, accumulate);
                if (!accumulate)
                    ClearRest(input, line == outputHeight - 1);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static void Maxima<V>(float* x, nint stride, float* y, float* places, int windows, int channels, int size)
            where V : struct, ISimd<V>
        {
            V one = V.Create(1);
            float* end = y + (nint)windows * channels;
            for (; y < end; x += size * channels, y += channels, places += places == null ? 0 : channels)
            {
                for (int c = 0; c < channels; c += V.Width)
                {
                    V max = V.Create(float.NegativeInfinity), place = V.Zero, current = V.Zero;
                    float* line = x + c;
                    for (int i = 0; i < size; i++, line += stride)
                    {
                        float* pixel = line;
                        for (int j = 0; j < size; j++, pixel += channels, current += one)
                        {
                            V value = V.Load(pixel);
                            place = V.Select(V.GreaterThan(value, max), current, place);
                            max = RowKernels.Greater(max, value);
                        }
                    }
                    // What a whole register writes beyond the channels of a pixel, the following pixels of the line overwrite.
                    int count = y + c + V.Width <= end ? V.Width : Math.Min(V.Width, channels - c);
                    Store(max, y + c, count);
                    if (places != null)
                        Store(place, places + c, count);
                }
            }
        }

        /// <summary>Gives the gradient of a window to the first of its maxima.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static void Distribute<V>(float* target, nint stride, float* gradient, float* places, int windows, int channels, int size,
            bool accumulate) where V : struct, ISimd<V>
        {
            V one = V.Create(1);
            float* end = gradient + (nint)windows * channels;
            for (; gradient < end; target += size * channels, gradient += channels, places += channels)
            {
                for (int c = 0; c < channels; c += V.Width)
                {
                    // A last register that overlaps the one before it stores the same values there.
                    if (!accumulate && channels >= V.Width)
                        c = Math.Min(c, channels - V.Width);
                    // What a whole register writes beyond the channels of a pixel, the following pixels of the line overwrite.
                    int count = !accumulate && gradient + V.Width <= end ? V.Width : Math.Min(V.Width, channels - c);
                    V value = V.Load(gradient + c), place = V.Load(places + c), current = V.Zero;
                    float* line = target + c;
                    for (int i = 0; i < size; i++, line += stride)
                    {
                        float* pixel = line;
                        for (int j = 0; j < size; j++, pixel += channels, current += one)
                        {
                            V share = V.Select(V.Equal(current, place), value, V.Zero);
                            Store(accumulate ? Load<V>(pixel, count) + share : share, pixel, count);
                        }
                    }
                }
            }
        }

        /// <summary>Clears the pixels to the right of a row of windows, and below the last row.</summary>
        private void ClearRest(float* first, bool isLast)
        {
            int covered = outputWidth * size;
            for (int i = 0; i < size && covered < width; i++)
                new Span<float>(first + ((nint)i * width + covered) * channels, (width - covered) * channels).Clear();
            if (isLast)
                new Span<float>(first + (nint)size * width * channels, (height - outputHeight * size) * width * channels).Clear();
        }
    }

    /// <summary>The first <paramref name="count"/> elements, at most as many as a register has lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Load<V>(float* source, int count) where V : struct, ISimd<V> =>
        count == V.Width ? V.Load(source) : V.LoadFirst(source, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<V>(V value, float* destination, int count) where V : struct, ISimd<V>
    {
        if (count == V.Width)
            V.Store(value, destination);
        else
            V.StoreFirst(value, destination, count);
    }

    /// <summary>Gives the remaining gradient to this element where it is the maximum, and sets the rest to 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TakeIfEqual<V>(V x, V max, ref V rest, float* target, bool accumulate, int count) where V : struct, ISimd<V>
    {
        V isMax = V.Equal(x, max);
        V share = V.Select(isMax, rest, V.Zero);
        rest = V.Select(isMax, V.Zero, rest);
        Store(accumulate ? Load<V>(target, count) + share : share, target, count);
    }

    private sealed class MaxOverTimeNode : ManagedTensor
    {
        private readonly ManagedTensor _input;
        private readonly int* _lengths;

        public MaxOverTimeNode(ManagedEngine engine, ManagedTensor input, ReadOnlySpan<int> lengths)
            : base(engine, new Shape(input.Shape[0], input.Shape[2]), engine.Records(input))
        {
            _input = input;
            _lengths = engine.CopyOf(lengths);
            var loop = new MaxOverTimeLoop(input.Data, Data, null, null, _lengths, input.Shape[1], input.Shape[2], false);
            ParallelLoop.Run(loop, Shape[0], RowsPerTask(input.Shape[1] * input.Shape[2]), engine.Threads);
        }

        protected override void Backward(float* gradient)
        {
            float* target = _input.GradientTarget(out bool accumulate);
            if (!accumulate)
                new Span<float>(target, _input.Length).Clear();
            var loop = new MaxOverTimeLoop(_input.Data, Data, gradient, target, _lengths, _input.Shape[1], _input.Shape[2], accumulate);
            ParallelLoop.Run(loop, Shape[0], RowsPerTask(_input.Shape[1] * _input.Shape[2]), Managed.Threads);
        }
    }

    /// <summary>An iteration is one sequence: the maxima or, given a gradient, the backward pass.</summary>
    private readonly struct MaxOverTimeLoop(float* x, float* y, float* gradient, float* target, int* lengths, int time, int channels,
        bool accumulate)
        : IParallelLoop
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int sequence = start; sequence < end; sequence++)
            {
                for (int c = 0; c < channels; c += V.Width)
                    Channel<V>(sequence, c, Math.Min(V.Width, channels - c));
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Channel<V>(int sequence, int channel, int count) where V : struct, ISimd<V>
        {
            nint input = (nint)sequence * time * channels + channel;
            nint output = (nint)sequence * channels + channel;
            if (gradient == null)
            {
                V max = V.Create(float.NegativeInfinity);
                for (int t = 0; t < lengths[sequence]; t++)
                    max = RowKernels.Greater(max, Load<V>(x + input + (nint)t * channels, count));
                Store(max, y + output, count);
                return;
            }
            V maxima = Load<V>(y + output, count);
            V rest = Load<V>(gradient + output, count);
            for (int t = 0; t < lengths[sequence]; t++)
            {
                nint at = input + (nint)t * channels;
                TakeIfEqual(Load<V>(x + at, count), maxima, ref rest, target + at, accumulate, count);
            }
        }
    }

    private sealed class UpSampleNode : ManagedTensor
    {
        private readonly ManagedTensor _input;
        private readonly int _factor;

        public UpSampleNode(ManagedEngine engine, ManagedTensor input, int factor)
            : base(engine, new Shape(input.Shape[0], input.Shape[1] * factor, input.Shape[2] * factor, input.Shape[3]),
                engine.Records(input))
        {
            (_input, _factor) = (input, factor);
            Run(Data, input.Data, toInput: false, accumulate: false);
        }

        protected override void Backward(float* gradient) =>
            Run(gradient, _input.GradientTarget(out bool accumulate), toInput: true, accumulate);

        private void Run(float* large, float* small, bool toInput, bool accumulate)
        {
            (int width, int channels) = (_input.Shape[2], _input.Shape[3]);
            var loop = new UpSampleLoop(large, small, _factor, width, channels, toInput, accumulate);
            ParallelLoop.Run(loop, _input.Shape[0] * _input.Shape[1], RowsPerTask(_factor * _factor * width * channels), Managed.Threads);
        }
    }

    /// <summary>An iteration is one row of pixels of the small image: copied to the large one, or summed from it.</summary>
    private readonly struct UpSampleLoop(float* large, float* small, int factor, int width, int channels, bool toSmall, bool accumulate)
        : IParallelLoop
    {
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            nint line = (nint)width * factor * channels;
            for (int row = start; row < end; row++)
            {
                for (int column = 0; column < width; column++)
                {
                    float* pixel = small + ((nint)row * width + column) * channels;
                    float* block = large + row * factor * line + (nint)column * factor * channels;
                    for (int i = 0; i < factor * factor; i++)
                    {
                        float* copy = block + i / factor * line + (nint)(i % factor) * channels;
                        if (toSmall)
                            RowKernels.Scale<V>(copy, 1, pixel, channels, accumulate || i > 0);
                        else
                            new ReadOnlySpan<float>(pixel, channels).CopyTo(new Span<float>(copy, channels));
                    }
                }
            }
        }
    }
}
