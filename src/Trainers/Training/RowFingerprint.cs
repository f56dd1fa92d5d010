using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Disentangle.ML.Trainers;

/// <summary>Computes a hash that identifies rows.</summary>
internal static class RowFingerprint
{
    /// <summary>Returns the SHA-256 of all rows, their lengths and labels, in order.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static string Of(IRowSource rows, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using IRowCursor cursor = rows.Open();
        while (cursor.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReadOnlySpan<float> features = cursor.ReadFeatures();
            hash.AppendData(MemoryMarshal.AsBytes<int>([features.Length, cursor.ReadLabel()]));
            hash.AppendData(MemoryMarshal.AsBytes(features));
        }
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
