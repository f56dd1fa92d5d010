using System.Diagnostics;
using System.Runtime.Intrinsics.X86;
using Disentangle.ML.Tensors.Simd;

namespace Disentangle.ML.Tensors.Tests;

/// <summary>This assembly as a program: it checks all operations on the registers that the runtime offers.</summary>
public static class ChildProcess
{
    private const string Success = "all operations hold on ";

    public static void Main()
    {
        using (var engine = new ManagedEngine(threads: 2, seed: 1))
        {
            foreach (OperationCase operation in OperationCases.All)
                operation.Check(engine);
        }
        Console.WriteLine(Success + SimdSupport.Best);
    }

    /// <summary>Runs the program with a processor feature switched off.</summary>
    internal static void CheckAllOperationsWithout(string feature, SimdLevel expected)
    {
        Skip.IfNot(Avx2.IsSupported && (SimdSupport.Best == SimdLevel.Vector512 || expected != SimdLevel.Vector256),
            "This processor has no such feature to switch off.");
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(ChildProcess).Assembly.Location])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[feature] = "0";
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(output.Trim() == Success + expected, $"{output}{errors.Result}");
    }
}
