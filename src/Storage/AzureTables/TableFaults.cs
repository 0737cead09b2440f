using Azure;
using Azure.Identity;
using VideoGen.Storage.Records;
using VideoGen.Tasks;

namespace VideoGen.Storage.AzureTables;

/// <summary>The service's answers in words for a person who runs the program.</summary>
internal static class TableFaults
{
    /// <param name="exception">What the client library threw.</param>
    /// <param name="place">The table and its account.</param>
    /// <param name="what">What was attempted: "The task demo could not be stored".</param>
    public static StoreException Explain(Exception exception, string place, string what)
    {
        var (fault, why) = exception switch
        {
            RequestFailedException { Status: > 0 } failed => Explain(failed.Status, failed.ErrorCode, place),
            AuthenticationFailedException => (StoreFault.Unusable, $"there are no credentials for {place}: {FirstLine(exception)}."),
            _ => (StoreFault.Failed, $"{place} cannot be reached: {FirstLine(exception)}. Does the service run, and is its address right?"),
        };
        return new StoreException(fault, $"{what}: {why}", exception);
    }

    /// <inheritdoc cref="Explain(Exception, string, string)"/>
    public static StoreException Explain(TableAnswer answer, string place, string what)
    {
        var (fault, why) = answer.IsUnclear
            ? (StoreFault.Failed, $"{place} gave an answer that does not say what happened.")
            : Explain(answer.Status, answer.ErrorCode, place);
        return new StoreException(fault, $"{what}: {why}");
    }

    private static (StoreFault Fault, string Why) Explain(int status, string? code, string place) => status switch
    {
        401 or 403 => (StoreFault.Unusable, $"{place} refused the credentials. Is the key right, and is the signature or the role still valid?"),
        404 => (StoreFault.Unusable, $"{place} does not exist. Create the table, or let the program create it (CreateTable)."),
        400 or 405 or 413 => (StoreFault.Refused, $"{place} did not accept the request ({code})."),
        429 or 503 => (StoreFault.Busy, $"{place} asks to slow down. Try again later."),
        _ => (StoreFault.Failed, $"{place} answered {status} ({code})."),
    };

    /// <summary>What happened, and not that the client tried it several times over.</summary>
    private static string FirstLine(Exception exception)
    {
        while (exception is AggregateException { InnerExceptions: [var first, ..] })
        {
            exception = first;
        }

        return SecretText.Mask(exception.GetBaseException().Message.Split('\n')[0].Trim().TrimEnd('.'));
    }
}
