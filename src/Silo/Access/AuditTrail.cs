using VideoGen.Tasks;
using VideoGen.Tasks.Access;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Silo.Access;

/// <summary>
/// One line in the log for each act over HTTP, also for one that was refused: who, from where, what, and how it was answered. What workers report is no act,
/// and there is much of it. An act on a task is kept with the task as well (<see cref="OriginOf"/>).
/// </summary>
internal sealed partial class AuditTrail(RequestDelegate next, ILoggerFactory loggers)
{
    /// <summary>Of these lines, which a log keeps whatever its level is.</summary>
    public const string Category = "VideoGen.Audit";

    private const string Nobody = "nobody";

    private const int MaxSubject = 100;

    private static readonly object Reason = new();

    private static readonly object Subject = new();

    private readonly ILogger _logger = loggers.CreateLogger(Category);

    /// <summary>Adds why somebody acts to the line of the act.</summary>
    /// <param name="context">Of the act.</param>
    /// <param name="reason">For people, as it was given; null for none.</param>
    public static void Note(HttpContext context, string? reason) => context.Items[Reason] = reason;

    /// <summary>Adds what is acted on to the line of the act, where its address does not say it.</summary>
    public static void NoteSubject(HttpContext context, string subject) => context.Items[Subject] = subject;

    /// <summary>Who acts, for the task to keep: with the reason that was noted.</summary>
    public static ActOrigin OriginOf(HttpContext context) => new(
        MessageText.Cut(Plain(context.GetCaller().Name), ActOrigin.MaxBy),
        AddressOf(context),
        context.Items[Reason] is string { Length: > 0 } reason ? MessageText.Cut(SecretText.Mask(Plain(reason)), ActOrigin.MaxReason) : null);

    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method)
            || AccessPolicy.RoleOf(context) is not (Role.Operator or Role.Admin))
        {
            await next(context);
            return;
        }

        // Before the first byte of the answer leaves, so that who has the answer finds the line; at the end where no byte could leave.
        var written = false;
        context.Response.OnStarting(WriteAsync);
        context.Response.OnCompleted(WriteAsync);
        await next(context);

        Task WriteAsync()
        {
            if (!written)
            {
                written = true;

                // The path as it came over the wire: what is not printable is written in percent signs, so that no caller writes lines of its own.
                var path = SecretText.Mask(request.Path.ToUriComponent()) + SubjectOf(context);
                LogAct(NameOf(context), AddressOf(context) ?? "", request.Method, path, context.Response.StatusCode, ReasonOf(context));
            }

            return Task.CompletedTask;
        }
    }

    private static string NameOf(HttpContext context) => context.Features.Get<Caller>() is { } caller ? $"{caller.Name} ({caller.Role.ToWireName()})" : Nobody;

    private static string? AddressOf(HttpContext context) =>
        (context.Connection.RemoteIpAddress is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4() : context.Connection.RemoteIpAddress)?.ToString();

    private static string SubjectOf(HttpContext context) =>
        context.Items[Subject] is string { Length: > 0 } subject ? $" ({MessageText.Cut(SecretText.Mask(Plain(subject)), MaxSubject)})" : "";

    /// <summary>On the same line as the act, whatever it contains.</summary>
    private static string ReasonOf(HttpContext context) => context.Items[Reason] is string { Length: > 0 } reason
        ? $" Reason: {SecretText.Mask(Plain(reason))}"
        : "";

    private static string Plain(string text) => NameText.HasControl(text) ? string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter)) : text;

    [LoggerMessage(1, LogLevel.Information, "{Who} at {Address}: {Method} {Path}, answered with {Status}.{Reason}")]
    private partial void LogAct(string who, string address, string method, string path, int status, string reason);
}
