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

    /// <summary>y [positions x filters] = or += activation(patches B + bias), B [patch length x filters] packed.</summary>
    public static void Run(float* padded, in ConvolutionSizes sizes, float* packedFilters, float* bias, Activation activation, float* y,
        bool accumulate, int threads)
    {
        int block = BlockLength(sizes.PatchLength);
        var loop = new ForwardLoop(padded, sizes, packedFilters, bias, activation, y, accumulate, block);
        ParallelLoop.Run(loop, (sizes.Positions + block - 1) / block, 1, threads);
    }

    /// <summary>
    /// Σ over positions of (patch, 1)ᵀ gradient: [patch length + 1 x filters]. The last row is the gradient of the bias.
    /// </summary>
    public static void FilterGradient(float* padded, in ConvolutionSizes sizes, float* gradient, float* result, float* scratch, int threads)
    {
        int length = FilterGradientLength(sizes);
        ParallelLoop.Run(new FilterGradientLoop(padded, sizes, gradient, scratch), GradientParts, 1, threads);
        Reduction.SumAxis(scratch, result, 1, GradientParts, length, false, threads);
    }

    /// <summary>The length of the result of <see cref="FilterGradient"/>.</summary>
    public static int FilterGradientLength(in ConvolutionSizes sizes) => (sizes.PatchLength + 1) * sizes.Filters;

    /// <summary>The length of the scratch memory of <see cref="FilterGradient"/>.</summary>
    public static long FilterGradientScratch(in ConvolutionSizes sizes) => (long)GradientParts * FilterGradientLength(sizes);

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
                    var outputs = new MatrixView(gradient + (nint)i * filters, filters);
                    Gemm.Run(new MatrixView(patches, length, transpose: true), outputs, new MatrixView(result, filters),
                        length, filters, count, accumulate: i > first, threads: 1);
                }
            }
        }
    }
}
