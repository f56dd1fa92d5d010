using System.Diagnostics;
using System.Runtime.Intrinsics.X86;
using Disentangle.ML.Tensors.Managed.Simd;
using Xunit.Runner.InProc.SystemConsole;

namespace Disentangle.ML.Tensors.Tests;

/// <summary>
/// This assembly as a program: with <see cref="Check"/> as its argument it checks all operations on the registers that the runtime offers;
/// otherwise it is the test runner that xunit would have generated.
/// </summary>
public static class ChildProcess
{
    private const string Check = "check-operations";
    private const string Success = "all operations hold on ";

    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is not [Check])
            return await ConsoleRunner.Run(arguments);
        using (var engine = new ManagedEngine(threads: 2, seed: 1))
        {
            foreach (OperationCase operation in OperationCases.All)
                operation.Check(engine);
        }
        Console.WriteLine(Success + SimdSupport.Best);
        return 0;
    }

    /// <summary>Runs the program with a processor feature switched off.</summary>
    internal static void CheckAllOperationsWithout(string feature, SimdLevel expected)
    {
        Assert.SkipUnless(Avx2.IsSupported && (SimdSupport.Best == SimdLevel.Vector512 || expected != SimdLevel.Vector256),
            "This processor has no such feature to switch off.");
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(ChildProcess).Assembly.Location, Check])
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
