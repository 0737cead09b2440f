namespace VideoGen.Silo.Api;

/// <summary>Every read has its HEAD: it answers as GET does, and the server leaves the body out.</summary>
internal static class HeadRequests
{
    /// <summary>For what the framework would answer at any method.</summary>
    public static HttpMethodMetadata ReadsAlone { get; } = new([HttpMethods.Get, HttpMethods.Head]);

    public static TBuilder AnswerHead<TBuilder>(this TBuilder routes)
        where TBuilder : IEndpointConventionBuilder
    {
        routes.Finally(endpoint =>
        {
            if (endpoint.Metadata.OfType<IHttpMethodMetadata>().LastOrDefault() is { } allowed && allowed.HttpMethods.Contains(HttpMethods.Get))
            {
                endpoint.Metadata.Add(new HttpMethodMetadata([.. allowed.HttpMethods, HttpMethods.Head]));
            }
        });
        return routes;
    }
}
