using System.Runtime.CompilerServices;
using Disentangle.ML.Tensors.Managed.Functions;
using Disentangle.ML.Tensors.Managed.Memory;
using Disentangle.ML.Tensors.Managed.Simd;
using Disentangle.ML.Tensors.Threading;

namespace Disentangle.ML.Tensors.Managed.Kernels;

/// <summary>
/// C = activation(A B + bias), or C + A B, in single precision. Threads share C by tiles, and each packs the part of B that it needs. An
/// element of C is summed in ascending k, in blocks that depend only on the depth, so a row of C depends only on that row of A and on B,
/// bit for bit.
/// </summary>
internal static unsafe class Gemm
{
    // Below this many multiply-adds, one thread finishes before another could start.
    private const long SmallestParallel = 1 << 18;
    // The cost of packing an element of B, in multiply-adds.
    private const int PackingCost = 12;
    private const int LongestTile = 8 * 48;

    [ThreadStatic]
    private static ThreadScratch? t_scratch;

    /// <summary>Computes the product of A [rows x depth] and B [depth x columns].</summary>
    /// <param name="a">A, or its transpose.</param>
    /// <param name="b">B, or its transpose; ignored if <paramref name="packed"/> is given.</param>
    /// <param name="c">C [rows x columns], not transposed.</param>
    /// <param name="rows">Rows of C.</param>
    /// <param name="columns">Columns of C.</param>
    /// <param name="depth">Columns of A, rows of B.</param>
    /// <param name="accumulate">Whether to add to C.</param>
    /// <param name="threads">The maximum number of threads.</param>
    /// <param name="bias">One value for each column, or null.</param>
    /// <param name="activation">Applied last.</param>
    /// <param name="packed">B as packed by <see cref="PackedMatrix"/>, or null.</param>
    public static void Run(MatrixView a, MatrixView b, MatrixView c, int rows, int columns, int depth, bool accumulate, int threads,
        float* bias = null, Activation activation = Activation.Identity, float* packed = null)
    {
        if (rows == 0 || columns == 0)
            return;
        var problem = new Problem
        {
            A = a,
            B = b,
            C = c,
            Rows = rows,
            Columns = columns,
            Depth = depth,
            Accumulate = accumulate,
            Bias = bias,
            Activation = activation,
            Packed = packed,
            RowTasks = 1,
            ColumnTasks = 1,
        };
        if (threads > 1 && (long)rows * columns * depth >= SmallestParallel)
            Divide(ref problem, threads);
        int tasks = problem.RowTasks * problem.ColumnTasks;
        if (tasks == 1)
            RunTask(&problem, 0);
        else
            Workers.Run(&RunTask, &problem, tasks, threads);
    }

    /// <summary>Divides C into tasks, one for each thread, so that the longest task is as short as possible.</summary>
    private static void Divide(ref Problem problem, int threads)
    {
        int tiles = (problem.Rows + GemmBlocking.TileRows - 1) / GemmBlocking.TileRows;
        int panels = (problem.Columns + GemmBlocking.PanelWidth - 1) / GemmBlocking.PanelWidth;
        long best = long.MaxValue;
        for (int columnTasks = 1; columnTasks <= Math.Min(threads, panels); columnTasks++)
        {
            int rowTasks = Math.Min(threads / columnTasks, tiles);
            long rows = (long)(tiles + rowTasks - 1) / rowTasks * GemmBlocking.TileRows;
            long columns = Math.Min(problem.Columns, (long)(panels + columnTasks - 1) / columnTasks * GemmBlocking.PanelWidth);
            long cost = columns * (rows + (problem.Packed == null ? PackingCost : 0));
            if (cost < best)
                (best, problem.RowTasks, problem.ColumnTasks) = (cost, rowTasks, columnTasks);
        }
    }

    private static void RunTask(void* context, int index)
    {
        var problem = (Problem*)context;
        switch (SimdSupport.Level)
        {
            case SimdLevel.Vector512:
                RunTask<Lanes16>(problem, index);
                break;
            case SimdLevel.Vector256:
                RunTask<Lanes8>(problem, index);
                break;
            case SimdLevel.Vector128:
                RunTask<Lanes4>(problem, index);
                break;
            default:
                RunTask<Lanes1>(problem, index);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunTask<V>(Problem* p, int index) where V : struct, ISimd<V>
    {
        (int rowTask, int columnTask) = (index / p->ColumnTasks, index % p->ColumnTasks);
        (int firstRow, int lastRow) = Part(p->Rows, GemmBlocking.TileRows, rowTask, p->RowTasks);
        (int firstColumn, int lastColumn) = Part(p->Columns, GemmBlocking.PanelWidth, columnTask, p->ColumnTasks);
        int step = GemmBlocking.Depth(p->Depth);
        int width = GemmBlocking.PanelsAtOnce * GemmBlocking.PanelWidth;
        float* scratch = (t_scratch ??= new ThreadScratch()).Get((long)step * (width + GemmBlocking.TileRows));
        // One tile of rows reads B once, so packing would cost more than it saves; where B is transposed, this is true of one row.
        bool inPlace = p->Packed == null && !p->B.Transpose && p->Rows <= GemmBlocking.TileRows;
        bool isRow = p->Packed == null && p->B.Transpose && p->Rows == 1 && (!p->A.Transpose || p->A.Stride == 1)
            && V.Width >= TransposedKernel.Lanes;

        for (int j = firstColumn; j < lastColumn; j += width)
        {
            int columns = Math.Min(width, lastColumn - j);
            bool transposes = isRow && columns >= TransposedKernel.Lanes;
            for (int k = 0; k == 0 || k < p->Depth; k += step)
            {
                int depth = Math.Min(step, p->Depth - k);
                float* panels = scratch;
                if (p->Packed != null)
                {
                    panels = p->Packed + (nint)k * GemmBlocking.PackedColumns(p->Columns) + (nint)depth * j;
                }
                else if (!transposes)
                {
                    int first = !inPlace ? 0 : columns % V.Width == 0 ? columns : columns - columns % GemmBlocking.PanelWidth;
                    PackedMatrix.PackBlock<V>(p->B.Data, p->B.Stride, p->B.Transpose, k, depth, j + first, columns - first,
                        panels + (nint)depth * first);
                }
                bool isLast = k + depth >= p->Depth;
                for (int i = firstRow; i < lastRow; i += GemmBlocking.TileRows)
                {
                    int rows = Math.Min(GemmBlocking.TileRows, lastRow - i);
                    float* c = p->C.Data + (nint)i * p->C.Stride + j;
                    float* b = inPlace ? p->B.Data + (nint)k * p->B.Stride + j : null;
                    bool accumulate = p->Accumulate || k > 0;
                    if (transposes)
                        TransposedKernel.Run(p->A.Data + k, p->B.Data + (nint)j * p->B.Stride + k, p->B.Stride, depth, c, columns,
                            accumulate);
                    else
                        MultiplyRows<V>(p, i, k, rows, depth, b, panels, columns, c, accumulate, scratch + (nint)step * width);
                    if (isLast)
                        Finish<V>(c, p->C.Stride, rows, columns, p->Bias == null ? null : p->Bias + j, p->Activation);
                }
            }
        }
    }

    /// <summary>
    /// Computes one row of tiles from panels, or from B itself if it is given; a last panel of partial registers is packed.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyRows<V>(Problem* p, int i, int k, int rows, int depth, float* b, float* panels, int columns, float* c,
        bool accumulate, float* scratch)
        where V : struct, ISimd<V>
    {
        int width = GemmBlocking.PanelWidth;
        float* a = p->A.Transpose ? p->A.Data + (nint)k * p->A.Stride + i : p->A.Data + (nint)i * p->A.Stride + k;
        int strideA = p->A.Stride;
        if (p->A.Transpose && columns > 2 * width)
        {
            PackColumns(a, strideA, rows, depth, scratch);
            a = scratch;
            strideA = rows;
        }
        float* tile = stackalloc float[LongestTile];
        for (int j = 0; j < columns; j += width)
        {
            int used = Math.Min(width, columns - j);
            int packed = GemmBlocking.PackedColumns(used);
            bool whole = used == packed;
            bool direct = b != null && whole;
            float* panel = direct ? b + j : panels + (nint)depth * j;
            int strideB = direct ? p->B.Stride : packed;
            float* target = whole ? c + j : tile;
            int stride = whole ? p->C.Stride : width;
            if (p->A.Transpose)
                MultiplyTile<V, ColumnMajor>(a, strideA, panel, packed, strideB, depth, target, stride, rows, accumulate && whole);
            else
                MultiplyTile<V, RowMajor>(a, strideA, panel, packed, strideB, depth, target, stride, rows, accumulate && whole);
            if (!whole)
                CopyTile<V>(tile, width, c + j, p->C.Stride, rows, used, accumulate);
        }
    }

    /// <summary>
    /// C [rows x columns] = or += A [rows x depth] B [depth x columns], for at most <see cref="GemmBlocking.PanelWidth"/> columns that fill
    /// registers. Strides are distances between rows; that of A between columns if it is column-major.
    /// </summary>
    internal static void MultiplyTile<V, L>(float* a, nint strideA, float* b, int columns, nint strideB, nint depth, float* c, nint strideC,
        int rows, bool accumulate)
        where V : struct, ISimd<V>
        where L : struct, ILeftLayout
    {
        switch (columns / V.Width)
        {
            case 1:
                MultiplyTile<V, One, L>(a, strideA, b, strideB, depth, c, strideC, rows, accumulate);
                break;
            case 2:
                MultiplyTile<V, Two, L>(a, strideA, b, strideB, depth, c, strideC, rows, accumulate);
                break;
            default:
                MultiplyTile<V, Three, L>(a, strideA, b, strideB, depth, c, strideC, rows, accumulate);
                break;
        }
    }

    private static void MultiplyTile<V, C, L>(float* a, nint strideA, float* b, nint strideB, nint depth, float* c, nint strideC, int rows,
        bool accumulate)
        where V : struct, ISimd<V>
        where C : struct, IConstant
        where L : struct, ILeftLayout
    {
        nint row = L.IsColumnMajor ? 1 : strideA;
        while (rows > 0)
        {
            int done;
            if (rows >= 8)
            {
                GemmKernel.Run<V, Eight, C, L>(a, strideA, b, strideB, depth, c, strideC, accumulate);
                done = 8;
            }
            else if (rows >= 6)
            {
                GemmKernel.Run<V, Six, C, L>(a, strideA, b, strideB, depth, c, strideC, accumulate);
                done = 6;
            }
            else if (rows >= 4)
            {
                GemmKernel.Run<V, Four, C, L>(a, strideA, b, strideB, depth, c, strideC, accumulate);
                done = 4;
            }
            else if (rows >= 2)
            {
                GemmKernel.Run<V, Two, C, L>(a, strideA, b, strideB, depth, c, strideC, accumulate);
                done = 2;
            }
            else
            {
                GemmKernel.Run<V, One, C, L>(a, strideA, b, strideB, depth, c, strideC, accumulate);
                done = 1;
            }
            rows -= done;
            a += done * row;
            c += done * strideC;
        }
    }

    /// <summary>Packs up to 8 adjacent rows of a column-major matrix, column by column.</summary>
    private static void PackColumns(float* source, nint stride, int rows, int depth, float* destination)
    {
        if (rows == 8)
        {
            for (int k = 0; k < depth; k++, source += stride, destination += 8)
                Vector256Copy(source, destination);
            return;
        }
        for (int k = 0; k < depth; k++, source += stride, destination += rows)
        {
            for (int i = 0; i < rows; i++)
                destination[i] = source[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Vector256Copy(float* source, float* destination) => Lanes8.Store(Lanes8.Load(source), destination);

    private static void CopyTile<V>(float* tile, int strideTile, float* c, nint strideC, int rows, int columns, bool accumulate)
        where V : struct, ISimd<V>
    {
        for (int i = 0; i < rows; i++, tile += strideTile, c += strideC)
        {
            int j = 0;
            for (; j + V.Width <= columns; j += V.Width)
                V.Store(accumulate ? V.Load(c + j) + V.Load(tile + j) : V.Load(tile + j), c + j);
            if (j < columns)
                V.StoreFirst(accumulate ? V.LoadFirst(c + j, columns - j) + V.Load(tile + j) : V.Load(tile + j), c + j, columns - j);
        }
    }

    /// <summary>C = activation(C + bias), with one bias for each column, or null.</summary>
    internal static void Finish<V>(float* c, nint stride, int rows, int columns, float* bias, Activation activation)
        where V : struct, ISimd<V>
    {
        switch (activation)
        {
            case Activation.ReLU:
                Finish<V, ReLU>(c, stride, rows, columns, bias);
                break;
            case Activation.LeakyReLU:
                Finish<V, LeakyReLU>(c, stride, rows, columns, bias);
                break;
            case Activation.Sigmoid:
                Finish<V, Sigmoid>(c, stride, rows, columns, bias);
                break;
            case Activation.Tanh:
                Finish<V, Tanh>(c, stride, rows, columns, bias);
                break;
            default:
                if (bias != null)
                    Finish<V, Copy>(c, stride, rows, columns, bias);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Finish<V, F>(float* c, nint stride, int rows, int columns, float* bias)
        where V : struct, ISimd<V>
        where F : struct, IUnaryFunction
    {
        F function = default;
        for (int i = 0; i < rows; i++, c += stride)
        {
            int j = 0;
            for (; j + V.Width <= columns; j += V.Width)
            {
                V x = V.Load(c + j);
                if (bias != null)
                    x += V.Load(bias + j);
                V.Store(function.Apply(x), c + j);
            }
            if (j < columns)
            {
                V x = V.LoadFirst(c + j, columns - j);
                if (bias != null)
                    x += V.LoadFirst(bias + j, columns - j);
                V.StoreFirst(function.Apply(x), c + j, columns - j);
            }
        }
    }

    /// <summary>
    /// Part <paramref name="index"/> of 0..length-1, divided into nearly equal parts at multiples of <paramref name="granularity"/>.
    /// </summary>
    private static (int First, int Last) Part(int length, int granularity, int index, int parts)
    {
        int units = (length + granularity - 1) / granularity;
        int first = (int)((long)units * index / parts) * granularity;
        int last = (int)((long)units * (index + 1) / parts) * granularity;
        return (first, Math.Min(last, length));
    }

    private struct Problem
    {
        public MatrixView A;
        public MatrixView B;
        public MatrixView C;
        public int Rows;
        public int Columns;
        public int Depth;
        public bool Accumulate;
        public float* Bias;
        public Activation Activation;
        public float* Packed;
        public int RowTasks;
        public int ColumnTasks;
    }
}
