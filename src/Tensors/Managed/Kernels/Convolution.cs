using System.Runtime.CompilerServices;
using Disentangle.ML.Tensors.Managed.Functions;
using Disentangle.ML.Tensors.Managed.Memory;
using Disentangle.ML.Tensors.Managed.Simd;

namespace Disentangle.ML.Tensors.Managed.Kernels;

/// <summary>Convolution as the product of patches and filters; patches are read where they lie in the image.</summary>
internal static unsafe class Convolution
{
    // Below this many multiply-adds, one thread finishes before another could start.
    private const int SmallestTask = 1 << 17;
    private const int TilesAtOnce = 32;
    private const int PositionsAtOnce = 256;
    private const int PlaneMemory = 1 << 16;
    // Fewer fill half a register at most, so positions fill registers instead.
    private const int FewFilters = 8;
    // The filter gradient is summed in this many parts, whatever the number of threads.
    private const int GradientParts = 16;

    [ThreadStatic]
    private static ThreadScratch? t_scratch;

    /// <summary>Pads images with zeros.</summary>
    public static void Pad(float* images, int count, int height, int width, int channels, int top, int left, int paddedHeight,
        int paddedWidth, float* padded, int threads)
    {
        var loop = new PadLoop(images, padded, height, width * channels, top, left * channels, paddedHeight, paddedWidth * channels);
        ParallelLoop.Run(loop, count, Math.Max(1, 16384 / Math.Max(1, paddedHeight * paddedWidth * channels)), threads);
    }

    /// <summary>y [positions x filters] = or += activation(patches B + bias).</summary>
    /// <param name="padded">Images [images x height x width x channels].</param>
    /// <param name="sizes">The sizes.</param>
    /// <param name="filters">B [patch length x filters].</param>
    /// <param name="packed">Memory for B packed: <see cref="PackedMatrix.PackedLength"/>.</param>
    /// <param name="bias">One value for each filter, or null.</param>
    /// <param name="activation">Applied last; none if <paramref name="accumulate"/> is true.</param>
    /// <param name="y">The result.</param>
    /// <param name="accumulate">Whether to add to <paramref name="y"/>.</param>
    /// <param name="threads">The maximum number of threads.</param>
    public static void Run(float* padded, in ConvolutionSizes sizes, MatrixView filters, float* packed, float* bias, Activation activation,
        float* y, bool accumulate, int threads)
    {
        if (sizes is { Filters: < FewFilters, Channels: >= FewFilters })
        {
            int lines = Math.Clamp(PlaneMemory / (sizes.Channels * sizes.Width) - sizes.KernelHeight + 1, 1, sizes.OutputHeight);
            int strips = (sizes.OutputHeight + lines - 1) / lines;
            ParallelLoop.Run(new FewFiltersLoop(padded, sizes, filters, bias, activation, y, accumulate, lines), sizes.Images * strips, 1,
                threads);
            return;
        }
        switch (activation)
        {
            case Activation.ReLU:
                Run<ReLU>(padded, sizes, filters, packed, bias, y, accumulate, threads);
                break;
            case Activation.LeakyReLU:
                Run<LeakyReLU>(padded, sizes, filters, packed, bias, y, accumulate, threads);
                break;
            case Activation.Sigmoid:
                Run<Sigmoid>(padded, sizes, filters, packed, bias, y, accumulate, threads);
                break;
            case Activation.Tanh:
                Run<Tanh>(padded, sizes, filters, packed, bias, y, accumulate, threads);
                break;
            default:
                Run<Copy>(padded, sizes, filters, packed, bias, y, accumulate, threads);
                break;
        }
    }

    private static void Run<F>(float* padded, in ConvolutionSizes sizes, MatrixView filters, float* packed, float* bias, float* y,
        bool accumulate, int threads)
        where F : unmanaged, IUnaryFunction
    {
        if (sizes.Positions == 0 || sizes.Filters == 0)
            return;
        int panels = (sizes.Filters + GemmBlocking.PanelWidth - 1) / GemmBlocking.PanelWidth;
        int panelLength = Math.Max(1, sizes.PatchLength * GemmBlocking.PanelWidth);
        ParallelLoop.Run(new PackLoop(filters, sizes, packed), panels, Math.Max(1, 16384 / panelLength), threads);
        int tiles = (sizes.Positions + GemmBlocking.TileRows - 1) / GemmBlocking.TileRows;
        long tileCost = Math.Max(1, (long)sizes.PatchLength * sizes.Filters * GemmBlocking.TileRows);
        ParallelLoop.Run(new ForwardLoop<F>(padded, sizes, packed, bias, y, accumulate), tiles,
            (int)Math.Max(1, SmallestTask / tileCost), threads);
    }

    /// <summary>
    /// Σ over positions of (patch, 1)ᵀ gradient: [patch length + 1 x filters]. The last row is the gradient of the bias.
    /// </summary>
    public static void FilterGradient(float* padded, in ConvolutionSizes sizes, float* gradient, float* result, float* scratch, int threads)
    {
        int length = FilterGradientLength(sizes);
        ParallelLoop.Run(new FilterGradientLoop(padded, sizes, gradient, scratch), GradientParts, 1, threads);
        bool isTransposed = sizes.Filters < FewFilters;
        float* sum = isTransposed ? scratch + (nint)GradientParts * length : result;
        Reduction.SumAxis(scratch, sum, 1, GradientParts, length, false, threads);
        if (isTransposed)
            Transposition.Run(sum, result, sizes.Filters, sizes.PatchLength + 1, false, threads);
    }

    /// <summary>The length of the result of <see cref="FilterGradient"/>.</summary>
    public static int FilterGradientLength(in ConvolutionSizes sizes) => (sizes.PatchLength + 1) * sizes.Filters;

    /// <summary>The length of the scratch memory of <see cref="FilterGradient"/>.</summary>
    public static long FilterGradientScratch(in ConvolutionSizes sizes) => (GradientParts + 1L) * FilterGradientLength(sizes);

    /// <summary>Where the patches at consecutive positions begin.</summary>
    private static void Positions(in ConvolutionSizes sizes, int first, int count, nint* starts)
    {
        (int line, int column) = Math.DivRem(first, sizes.OutputWidth);
        (int image, line) = Math.DivRem(line, sizes.OutputHeight);
        nint start = (((nint)image * sizes.Height + line) * sizes.Width + column) * sizes.Channels;
        for (int i = 0; i < count; i++)
        {
            starts[i] = start;
            start += sizes.Channels;
            if (++column < sizes.OutputWidth)
                continue;
            column = 0;
            start += (nint)(sizes.KernelWidth - 1) * sizes.Channels;
            if (++line < sizes.OutputHeight)
                continue;
            line = 0;
            start += (nint)(sizes.KernelHeight - 1) * sizes.Width * sizes.Channels;
        }
    }

    /// <summary>Where the values of a patch are, from its start.</summary>
    private static void Offsets(in ConvolutionSizes sizes, nint* offsets)
    {
        int run = sizes.KernelWidth * sizes.Channels;
        for (int line = 0; line < sizes.KernelHeight; line++)
        {
            for (int i = 0; i < run; i++)
                *offsets++ = (nint)line * sizes.Width * sizes.Channels + i;
        }
    }

    private static float* Scratch(long length) => (t_scratch ??= new ThreadScratch()).Get(length);

    /// <summary>An iteration is one image.</summary>
    private readonly struct PadLoop(float* images, float* padded, int height, int row, int top, int left, int paddedHeight, int paddedRow)
        : IParallelLoop
    {
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int image = start; image < end; image++)
            {
                float* source = images + (nint)image * height * row;
                float* target = padded + (nint)image * paddedHeight * paddedRow;
                int from = 0;
                for (int i = 0; i < height; i++, source += row)
                {
                    int to = (top + i) * paddedRow + left;
                    new Span<float>(target + from, to - from).Clear();
                    new ReadOnlySpan<float>(source, row).CopyTo(new Span<float>(target + to, row));
                    from = to + row;
                }
                new Span<float>(target + from, paddedHeight * paddedRow - from).Clear();
            }
        }
    }

    /// <summary>An iteration packs the filters of one panel.</summary>
    private readonly struct PackLoop(MatrixView filters, ConvolutionSizes sizes, float* packed) : IParallelLoop
    {
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            int first = start * GemmBlocking.PanelWidth;
            PackedMatrix.PackBlock<V>(filters.Data, filters.Stride, filters.Transpose, 0, sizes.PatchLength, first,
                Math.Min(end * GemmBlocking.PanelWidth, sizes.Filters) - first, packed + (nint)sizes.PatchLength * first);
        }
    }

    /// <summary>An iteration is one tile of positions.</summary>
    private readonly struct ForwardLoop<F>(float* padded, ConvolutionSizes sizes, float* filters, float* bias, float* y, bool accumulate)
        : IParallelLoop where F : struct, IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            (int tile, int width) = (GemmBlocking.TileRows, GemmBlocking.PanelWidth);
            (int length, int count) = (sizes.PatchLength, sizes.Filters);
            var offsets = (nint*)Scratch(2 * (length + TilesAtOnce * tile));
            nint* rows = offsets + length;
            Offsets(sizes, offsets);
            for (int block = start; block < end; block += TilesAtOnce)
            {
                int first = block * tile;
                int positions = Math.Min(Math.Min(block + TilesAtOnce, end) * tile, sizes.Positions) - first;
                Positions(sizes, first, positions, rows);
                for (int i = positions; i % tile != 0; i++)
                    rows[i] = rows[positions - 1];
                for (int j = 0; j < count; j += width)
                {
                    int columns = Math.Min(width, count - j);
                    float* panel = filters + (nint)length * j;
                    int stride = GemmBlocking.PackedColumns(columns);
                    for (int i = 0; i < positions; i += tile)
                    {
                        ConvolutionKernel.Run<V, F>(padded, rows + i, offsets, length, panel, stride, y + ((nint)first + i) * count + j,
                            count, Math.Min(tile, positions - i), columns, accumulate, bias == null ? null : bias + j);
                    }
                }
            }
        }
    }

    /// <summary>
    /// An iteration is a strip of lines of an image. Its channels become planes, so that adjacent positions read adjacent pixels. Sums are
    /// also computed at the ends of lines, where the filters extend into the next line, and then left out.
    /// </summary>
    private readonly struct FewFiltersLoop(float* padded, ConvolutionSizes sizes, MatrixView filters, float* bias, Activation activation,
        float* y, bool accumulate, int lines) : IParallelLoop
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            (int width, int channels) = (sizes.Width, sizes.Channels);
            int tile = GemmBlocking.PanelWidth;
            // An odd number of cache lines, so that planes do not compete for the same ones.
            int planeStride = (((lines + sizes.KernelHeight) * width + tile) / 16 | 1) * 16 + 32;
            int outputStride = lines * width + tile;
            float* planes = Scratch((long)channels * planeStride + (long)sizes.Filters * outputStride);
            float* outputs = planes + (nint)channels * planeStride;
            int strips = (sizes.OutputHeight + lines - 1) / lines;
            for (int i = start; i < end; i++)
            {
                (int image, int strip) = Math.DivRem(i, strips);
                int first = strip * lines;
                int count = Math.Min(lines, sizes.OutputHeight - first);
                Transposition.Run(padded + ((nint)image * sizes.Height + first) * width * channels, planes, planeStride,
                    (count + sizes.KernelHeight - 1) * width, channels, false, threads: 1);
                for (int position = 0; position < count * width; position += tile)
                    Multiply<V>(planes + position, planeStride, outputs + position, outputStride);
                float* target = y + ((nint)image * sizes.OutputHeight + first) * sizes.OutputWidth * sizes.Filters;
                Interleave(outputs, outputStride, count, target);
                Gemm.Finish<V>(target, 0, 1, count * sizes.OutputWidth * sizes.Filters, null, activation);
            }
        }

        /// <summary>The sum over the pixels of a filter of products over the channels.</summary>
        private void Multiply<V>(float* planes, int planeStride, float* outputs, int outputStride) where V : struct, ISimd<V>
        {
            (int channels, int stride) = (sizes.Channels, filters.Stride);
            for (int pixel = 0; pixel < sizes.KernelHeight * sizes.KernelWidth; pixel++)
            {
                (int line, int column) = Math.DivRem(pixel, sizes.KernelWidth);
                float* b = planes + (nint)line * sizes.Width + column;
                int k = pixel * channels;
                if (filters.Transpose)
                    Gemm.MultiplyTile<V, RowMajor>(filters.Data + k, stride, b, GemmBlocking.PanelWidth, planeStride, channels, outputs,
                        outputStride, sizes.Filters, accumulate: pixel > 0);
                else
                    Gemm.MultiplyTile<V, ColumnMajor>(filters.Data + (nint)k * stride, stride, b, GemmBlocking.PanelWidth, planeStride,
                        channels, outputs, outputStride, sizes.Filters, accumulate: pixel > 0);
            }
        }

        /// <summary>Writes [filters x positions] as [positions x filters], and adds the bias.</summary>
        private void Interleave(float* outputs, int stride, int count, float* target)
        {
            for (int line = 0; line < count; line++)
            {
                float* source = outputs + (nint)line * sizes.Width;
                for (int column = 0; column < sizes.OutputWidth; column++)
                {
                    for (int filter = 0; filter < sizes.Filters; filter++, target++)
                    {
                        float value = source[(nint)filter * stride + column] + (bias == null ? 0 : bias[filter]);
                        *target = accumulate ? *target + value : value;
                    }
                }
            }
        }
    }

    /// <summary>An iteration is one part.</summary>
    private readonly struct FilterGradientLoop(float* padded, ConvolutionSizes sizes, float* gradient, float* results) : IParallelLoop
    {
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            int length = FilterGradientLength(sizes);
            for (int part = start; part < end; part++)
            {
                float* result = results + (nint)part * length;
                if (sizes.Filters < FewFilters)
                {
                    int lines = sizes.Images * sizes.OutputHeight;
                    SumLines<V>((int)((long)lines * part / GradientParts), (int)((long)lines * (part + 1) / GradientParts), result);
                }
                else
                {
                    Sum<V>((int)((long)sizes.Positions * part / GradientParts),
                        (int)((long)sizes.Positions * (part + 1) / GradientParts), result);
                }
            }
        }

        /// <summary>[patch length + 1 x filters], over positions.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Sum<V>(int first, int last, float* result) where V : struct, ISimd<V>
        {
            (int tile, int width) = (GemmBlocking.TileRows, GemmBlocking.PanelWidth);
            (int length, int filters) = (sizes.PatchLength, sizes.Filters);
            var rows = (nint*)Scratch(2 * (length + tile + PositionsAtOnce));
            nint* positions = rows + length + tile;
            Offsets(sizes, rows);
            for (int i = length; i < length + tile; i++)
                rows[i] = rows[length - 1];
            new Span<float>(result, FilterGradientLength(sizes)).Clear();
            for (int i = first; i < last; i += PositionsAtOnce)
            {
                int count = Math.Min(PositionsAtOnce, last - i);
                float* outputs = gradient + (nint)i * filters;
                Positions(sizes, i, count, positions);
                for (int j = 0; j < filters; j += width)
                {
                    int columns = Math.Min(width, filters - j);
                    for (int k = 0; k < length; k += tile)
                    {
                        ConvolutionKernel.Run<V, Copy>(padded, rows + k, positions, count, outputs + j, filters,
                            result + (nint)k * filters + j, filters, Math.Min(tile, length - k), columns, accumulate: true, null);
                    }
                }
                Reduction.AddRows<V>(outputs, count, filters, result + (nint)length * filters);
            }
        }

        /// <summary>[filters x patch length + 1], over lines of images, so that values of patches fill the registers.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void SumLines<V>(int first, int last, float* result) where V : struct, ISimd<V>
        {
            (int tile, int panel) = (GemmBlocking.TileRows, GemmBlocking.PanelWidth);
            (int length, int filters, int width) = (sizes.PatchLength, sizes.Filters, sizes.OutputWidth);
            int run = sizes.KernelWidth * sizes.Channels;
            var rows = (nint*)Scratch(2 * (2 * tile + width));
            nint* columns = rows + 2 * tile;
            for (int i = 0; i < 2 * tile; i++)
                rows[i] = Math.Min(i, filters - 1);
            for (int i = 0; i < width; i++)
                columns[i] = (nint)i * filters;
            new Span<float>(result, FilterGradientLength(sizes)).Clear();
            for (int line = first; line < last; line++)
            {
                (int image, int top) = Math.DivRem(line, sizes.OutputHeight);
                float* outputs = gradient + (nint)line * width * filters;
                for (int k = 0; k < sizes.KernelHeight; k++)
                {
                    float* pixels = padded + ((nint)image * sizes.Height + top + k) * sizes.Width * sizes.Channels;
                    for (int j = 0; j < run; j += panel)
                    {
                        for (int i = 0; i < filters; i += tile)
                        {
                            ConvolutionKernel.Run<V, Copy>(outputs, rows + i, columns, width, pixels + j, sizes.Channels,
                                result + (nint)i * (length + 1) + k * run + j, length + 1, Math.Min(tile, filters - i),
                                Math.Min(panel, run - j), accumulate: true, null);
                        }
                    }
                }
                for (int i = 0; i < width; i++)
                {
                    for (int filter = 0; filter < filters; filter++)
                        result[(nint)filter * (length + 1) + length] += outputs[(nint)i * filters + filter];
                }
            }
        }
    }
}
