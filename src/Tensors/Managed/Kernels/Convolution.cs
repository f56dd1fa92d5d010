using System.Runtime.CompilerServices;
using Disentangle.ML.Tensors.Managed.Memory;
using Disentangle.ML.Tensors.Managed.Simd;

namespace Disentangle.ML.Tensors.Managed.Kernels;

/// <summary>
/// Convolution as a matrix product: the patches under the filters, a few hundred at a time so that they stay in the cache, times the
/// filters.
/// </summary>
internal static unsafe class Convolution
{
    private const int PatchMemory = 1 << 15;
    private const int PlaneMemory = 1 << 16;
    // Fewer fill half a register at most, so positions fill registers instead.
    private const int FewFilters = 8;
    // The filter gradient is summed in this many parts, whatever the number of threads.
    private const int GradientParts = 16;

    [ThreadStatic]
    private static ThreadScratch? t_patches;

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
        PackedMatrix.Pack(filters.Data, filters.Stride, filters.Transpose, sizes.PatchLength, sizes.Filters, packed);
        int block = BlockLength(sizes.PatchLength);
        var loop = new ForwardLoop(padded, sizes, packed, bias, activation, y, accumulate, block);
        ParallelLoop.Run(loop, (sizes.Positions + block - 1) / block, 1, threads);
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

    private static int BlockLength(int patchLength) => Math.Clamp(PatchMemory / patchLength / 8 * 8, 8, 512);

    /// <summary>Copies the patches at consecutive positions into rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gather<V>(float* padded, in ConvolutionSizes sizes, int first, int count, float* patches, int stride, bool withOne)
        where V : struct, ISimd<V>
    {
        int run = sizes.KernelWidth * sizes.Channels;
        nint row = (nint)sizes.Width * sizes.Channels;
        (int line, int column) = Math.DivRem(first, sizes.OutputWidth);
        (int image, line) = Math.DivRem(line, sizes.OutputHeight);
        for (int i = 0; i < count; i++)
        {
            float* source = padded + ((nint)image * sizes.Height + line) * row + (nint)column * sizes.Channels;
            float* target = patches + (nint)i * stride;
            for (int k = 0; k < sizes.KernelHeight; k++, source += row, target += run)
            {
                int j = 0;
                for (; j + V.Width <= run; j += V.Width)
                    V.Store(V.Load(source + j), target + j);
                if (j < run)
                    V.StoreFirst(V.LoadFirst(source + j, run - j), target + j, run - j);
            }
            if (withOne)
                *target = 1;
            if (++column < sizes.OutputWidth)
                continue;
            column = 0;
            if (++line < sizes.OutputHeight)
                continue;
            line = 0;
            image++;
        }
    }

    private static float* Patches(long length) => (t_patches ??= new ThreadScratch()).Get(length);

    /// <summary>An iteration is one image.</summary>
    private readonly struct PadLoop(float* images, float* padded, int height, int row, int top, int left, int paddedHeight, int paddedRow)
        : IParallelLoop
    {
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int image = start; image < end; image++)
            {
                var target = new Span<float>(padded + (nint)image * paddedHeight * paddedRow, paddedHeight * paddedRow);
                target.Clear();
                float* source = images + (nint)image * height * row;
                for (int i = 0; i < height; i++)
                    new ReadOnlySpan<float>(source + (nint)i * row, row).CopyTo(target[((top + i) * paddedRow + left)..]);
            }
        }
    }

    /// <summary>An iteration is one block of positions.</summary>
    private readonly struct ForwardLoop(
        float* padded, ConvolutionSizes sizes, float* filters, float* bias, Activation activation, float* y, bool accumulate,
        int block) : IParallelLoop
    {
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            int length = sizes.PatchLength, filterCount = sizes.Filters;
            float* patches = Patches((long)block * length);
            for (int i = start; i < end; i++)
            {
                int first = i * block;
                int count = Math.Min(block, sizes.Positions - first);
                Gather<V>(padded, sizes, first, count, patches, length, withOne: false);
                Gemm.Run(new MatrixView(patches, length), default, new MatrixView(y + (nint)first * filterCount, filterCount),
                    count, filterCount, length, accumulate, threads: 1, bias, activation, filters);
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
            float* planes = Patches((long)channels * planeStride + (long)sizes.Filters * outputStride);
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
            int length = sizes.PatchLength + 1, filters = sizes.Filters;
            int block = BlockLength(length);
            float* patches = Patches((long)block * length);
            for (int part = start; part < end; part++)
            {
                float* result = results + (nint)part * length * filters;
                var first = (int)((long)sizes.Positions * part / GradientParts);
                var last = (int)((long)sizes.Positions * (part + 1) / GradientParts);
                if (first == last)
                    new Span<float>(result, length * filters).Clear();
                for (int i = first; i < last; i += block)
                {
                    int count = Math.Min(block, last - i);
                    Gather<V>(padded, sizes, i, count, patches, length, withOne: true);
                    float* outputs = gradient + (nint)i * filters;
                    if (filters < FewFilters)
                        Gemm.Run(new MatrixView(outputs, filters, transpose: true), new MatrixView(patches, length),
                            new MatrixView(result, length), filters, length, count, accumulate: i > first, threads: 1);
                    else
                        Gemm.Run(new MatrixView(patches, length, transpose: true), new MatrixView(outputs, filters),
                            new MatrixView(result, filters), length, filters, count, accumulate: i > first, threads: 1);
                }
            }
        }
    }
}
