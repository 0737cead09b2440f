namespace VideoGen.Client.Display;

/// <summary>Fractions as whole percents, cut and not rounded: only what is done shows as 100.</summary>
public static class Percent
{
    public static int Of(double fraction) => (int)(Math.Clamp(fraction, 0, 1) * 100);
}
