using Disentangle.ML.Tensors.Managed.Simd;

namespace Disentangle.ML.Tensors.Tests;

/// <summary>Runs tests on every register width that this machine has.</summary>
internal static class RegisterWidths
{
    public static void OnEach(Action<SimdLevel> test)
    {
        foreach (SimdLevel level in Enum.GetValues<SimdLevel>().Where(level => level <= SimdSupport.Best))
        {
            SimdSupport.Level = level;
            try
            {
                test(level);
            }
            finally
            {
                SimdSupport.Level = SimdSupport.Best;
            }
        }
    }
}
