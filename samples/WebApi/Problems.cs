using Disentangle.ML.Serving;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace WebApi;

/// <summary>
/// Says what was wrong as problem details (RFC 9457). What is nobody's request is left to the framework: 500, without details.
/// </summary>
public sealed class Problems(IProblemDetailsService writer) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        (int status, string? detail) = exception switch
        {
            BadHttpRequestException bad => (bad.StatusCode, bad.InnerException?.Message ?? bad.Message),
            InvalidDataException bad => (StatusCodes.Status400BadRequest, bad.Message),
            ServerBusyException busy => (StatusCodes.Status503ServiceUnavailable, busy.Message),
            _ => (0, null),
        };
        if (detail is null)
            return false;
        context.Response.StatusCode = status;
        if (status == StatusCodes.Status503ServiceUnavailable)
            context.Response.Headers.RetryAfter = "1";
        var problem = new ProblemDetails { Status = status, Detail = detail };
        return await writer.TryWriteAsync(new() { HttpContext = context, Exception = exception, ProblemDetails = problem });
    }
}
