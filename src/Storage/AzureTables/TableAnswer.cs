using System.Text.Json;

namespace VideoGen.Storage.AzureTables;

/// <summary>What the service made of a request.</summary>
internal sealed record TableAnswer
{
    /// <summary>Of the operation that failed, or of the request as a whole.</summary>
    public required int Status { get; init; }

    /// <summary>The service's own word for what is wrong.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>Which operation is the reason that none took effect; null when the service does not say.</summary>
    public int? FailedOperation { get; init; }

    /// <summary>One for each operation, null for deletions, once all of them took effect. Null: they did not, or the answer does not tell.</summary>
    public IReadOnlyList<string?>? ETags { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>It speaks of success, and yet does not say what became of each operation.</summary>
    public bool IsUnclear => ETags is null && Status is >= 200 and < 300;

    public bool IsThrottled => Status is 429 or 503;

    /// <summary>Nothing took effect, because one entity was not as the writer expected.</summary>
    public bool IsConflict => Status is 404 or 409 or 412 && ErrorCode != "TableNotFound" && FailedOperation is not null;

    /// <summary>A refusal in the form of OData, whose message begins with the position of the operation that failed in its transaction.</summary>
    public static TableAnswer Refusal(int status, ReadOnlyMemory<byte> error, int operations)
    {
        var refusal = new TableAnswer { Status = status, FailedOperation = operations == 1 ? 0 : null };
        try
        {
            using var json = JsonDocument.Parse(error);
            var root = json.RootElement.GetProperty("odata.error");
            var message = root.GetProperty("message").GetProperty("value").GetString()!;
            return refusal with
            {
                ErrorCode = root.GetProperty("code").GetString(),
                FailedOperation = int.TryParse(message.AsSpan(0, Math.Max(0, message.IndexOf(':', StringComparison.Ordinal))), out var failed)
                    && failed >= 0
                    && failed < operations
                    ? failed
                    : refusal.FailedOperation,
            };
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // A proxy's page, or nothing at all; the status has to do.
            return refusal;
        }
    }
}
