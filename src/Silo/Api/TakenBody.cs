namespace VideoGen.Silo.Api;

/// <summary>
/// What an address takes as its body, for the description of the API. Metadata of the framework would take part in routing, which knows nothing of a body that
/// may be left out, and would answer in other words than ours.
/// </summary>
internal sealed record TakenBody(Type Type, bool IsOptional, string[] ContentTypes);

internal static class TakenBodyExtensions
{
    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder endpoint, params string[] contentTypes) =>
        endpoint.WithMetadata(new TakenBody(typeof(T), IsOptional: false, contentTypes));

    public static RouteHandlerBuilder MayTake<T>(this RouteHandlerBuilder endpoint, params string[] contentTypes) =>
        endpoint.WithMetadata(new TakenBody(typeof(T), IsOptional: true, contentTypes));
}
