using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Disentangle.ML.Tensors.Managed.Memory;
using Disentangle.ML.Tensors.Managed.Simd;

namespace Disentangle.ML.Tensors.Managed.Kernels;

/// <summary>
/// A right-hand matrix [depth x columns] in the order in which the kernel reads it: blocks of rows (<see cref="GemmBlocking"/>), each
/// divided into consecutive panels of <see cref="GemmBlocking.PanelWidth"/> columns, each row-major. The last panel is padded with zeros to
/// a multiple of the register width.
/// </summary>
internal sealed unsafe class PackedMatrix
{
    private readonly NativeBuffer _buffer;
    private readonly int _depth;
    private readonly int _columns;
    private readonly SimdLevel _level;

    private PackedMatrix(int depth, int columns)
    {
        (_depth, _columns, _level) = (depth, columns, SimdSupport.Level);
        _buffer = new NativeBuffer(PackedLength(depth, columns));
    }

    public float* Pointer => _buffer.Pointer;

    public bool Fits(int depth, int columns) => depth == _depth && columns == _columns && SimdSupport.Level == _level;

    /// <summary>Packs a row-major matrix, [depth x columns] or, to be transposed, [columns x depth].</summary>
    public static PackedMatrix Pack(float* source, int stride, bool transpose, int depth, int columns)
    {
        var packed = new PackedMatrix(depth, columns);
        Pack(source, stride, transpose, depth, columns, packed.Pointer);
        return packed;
    }

    /// <summary>The number of elements that <see cref="Pack(float*, int, bool, int, int, float*)"/> writes.</summary>
    public static long PackedLength(int depth, int columns) => (long)depth * GemmBlocking.PackedColumns(columns);

    /// <summary>Packs a matrix into the memory of the caller.</summary>
    public static void Pack(float* source, int stride, bool transpose, int depth, int columns, float* destination)
    {
        int step = GemmBlocking.Depth(depth);
        for (int start = 0; start < depth; start += step)
        {
            float* block = destination + (nint)start * GemmBlocking.PackedColumns(columns);
            int rows = Math.Min(step, depth - start);
            switch (SimdSupport.Level)
            {
                case SimdLevel.Vector512:
                    PackBlock<Lanes16>(source, stride, transpose, start, rows, 0, columns, block);
                    break;
                case SimdLevel.Vector256:
                    PackBlock<Lanes8>(source, stride, transpose, start, rows, 0, columns, block);
                    break;
                case SimdLevel.Vector128:
                    PackBlock<Lanes4>(source, stride, transpose, start, rows, 0, columns, block);
                    break;
                default:
                    PackBlock<Lanes1>(source, stride, transpose, start, rows, 0, columns, block);
                    break;
            }
        }
    }

    /// <summary>Packs the rows from firstRow and the columns from firstColumn of a matrix.</summary>
    public static void PackBlock<V>(float* source, int stride, bool transpose, int firstRow, int rows, int firstColumn, int columns,
        float* destination)
        where V : struct, ISimd<V>
    {
        int width = GemmBlocking.PanelWidth;
        for (int j = 0; j < columns; j += width)
        {
            int used = Math.Min(width, columns - j);
            int packed = GemmBlocking.PackedColumns(used);
            if (transpose)
                PackTransposed(source + (nint)(firstColumn + j) * stride + firstRow, stride, rows, used, packed, destination);
            else
                PackRows<V>(source + (nint)firstRow * stride + firstColumn + j, stride, rows, used, packed, destination);
            destination += (nint)rows * packed;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackRows<V>(float* source, nint stride, int rows, int used, int packed, float* destination)
        where V : struct, ISimd<V>
    {
        for (int k = 0; k < rows; k++)
        {
            int i = 0;
            for (; i + V.Width <= used; i += V.Width)
                V.Store(V.Load(source + i), destination + i);
            if (i < used)
                V.Store(V.LoadFirst(source + i, used - i), destination + i);
            source += stride;
            destination += packed;
        }
    }

    /// <summary>destination[k * packed + i] = source[i * stride + k].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackTransposed(float* source, nint stride, int rows, int used, int packed, float* destination)
    {
        int i = 0;
        if (Avx.IsSupported)
        {
            for (; i + 8 <= used; i += 8)
            {
                int k = 0;
                for (; k + 8 <= rows; k += 8)
                    Transpose8x8(source + i * stride + k, stride, destination + (nint)k * packed + i, packed);
                for (; k < rows; k++)
                {
                    for (int r = 0; r < 8; r++)
                        destination[(nint)k * packed + i + r] = source[(i + r) * stride + k];
                }
            }
        }
        for (; i < used; i++)
        {
            for (int k = 0; k < rows; k++)
                destination[(nint)k * packed + i] = source[i * stride + k];
        }
        for (; i < packed; i++)
        {
            for (int k = 0; k < rows; k++)
                destination[(nint)k * packed + i] = 0;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Transpose8x8(float* source, nint stride, float* destination, nint destinationStride)
    {
        Load8x8(source, stride, out Vector256<float> c0, out Vector256<float> c1, out Vector256<float> c2, out Vector256<float> c3,
            out Vector256<float> c4, out Vector256<float> c5, out Vector256<float> c6, out Vector256<float> c7);
        c0.Store(destination);
        c1.Store(destination + destinationStride);
        c2.Store(destination + 2 * destinationStride);
        c3.Store(destination + 3 * destinationStride);
        c4.Store(destination + 4 * destinationStride);
        c5.Store(destination + 5 * destinationStride);
        c6.Store(destination + 6 * destinationStride);
        c7.Store(destination + 7 * destinationStride);
    }

    /// <summary>The columns of 8 x 8 elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Load8x8(float* source, nint stride, out Vector256<float> c0, out Vector256<float> c1, out Vector256<float> c2,
        out Vector256<float> c3, out Vector256<float> c4, out Vector256<float> c5, out Vector256<float> c6, out Vector256<float> c7)
    {
        Vector256<float> r0 = Vector256.Load(source), r1 = Vector256.Load(source + stride);
        Vector256<float> r2 = Vector256.Load(source + 2 * stride), r3 = Vector256.Load(source + 3 * stride);
        Vector256<float> r4 = Vector256.Load(source + 4 * stride), r5 = Vector256.Load(source + 5 * stride);
        Vector256<float> r6 = Vector256.Load(source + 6 * stride), r7 = Vector256.Load(source + 7 * stride);
        Vector256<double> p0 = Avx.UnpackLow(r0, r1).AsDouble(), p1 = Avx.UnpackHigh(r0, r1).AsDouble();
        Vector256<double> p2 = Avx.UnpackLow(r2, r3).AsDouble(), p3 = Avx.UnpackHigh(r2, r3).AsDouble();
        Vector256<double> p4 = Avx.UnpackLow(r4, r5).AsDouble(), p5 = Avx.UnpackHigh(r4, r5).AsDouble();
        Vector256<double> p6 = Avx.UnpackLow(r6, r7).AsDouble(), p7 = Avx.UnpackHigh(r6, r7).AsDouble();
        Vector256<float> q0 = Avx.UnpackLow(p0, p2).AsSingle(), q1 = Avx.UnpackHigh(p0, p2).AsSingle();
        Vector256<float> q2 = Avx.UnpackLow(p1, p3).AsSingle(), q3 = Avx.UnpackHigh(p1, p3).AsSingle();
        Vector256<float> q4 = Avx.UnpackLow(p4, p6).AsSingle(), q5 = Avx.UnpackHigh(p4, p6).AsSingle();
        Vector256<float> q6 = Avx.UnpackLow(p5, p7).AsSingle(), q7 = Avx.UnpackHigh(p5, p7).AsSingle();
        (c0, c4) = (Avx.Permute2x128(q0, q4, 0x20), Avx.Permute2x128(q0, q4, 0x31));
        (c1, c5) = (Avx.Permute2x128(q1, q5, 0x20), Avx.Permute2x128(q1, q5, 0x31));
        (c2, c6) = (Avx.Permute2x128(q2, q6, 0x20), Avx.Permute2x128(q2, q6, 0x31));
        (c3, c7) = (Avx.Permute2x128(q3, q7, 0x20), Avx.Permute2x128(q3, q7, 0x31));
    }
}
