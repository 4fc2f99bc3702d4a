"""Two pictures in, a verdict and its evidence out."""
from __future__ import annotations
from dataclasses import dataclass
import numpy as np
from dedup_assets.matching.verify.align import Fit, by_features, refine, whole_on_whole
from dedup_assets.matching.verify.geometry import inverse, onto, resized, scale, shrink, to_scale, after
from dedup_assets.matching.verify.residual import compare
def ordered(a,b):
    ka=(a.grey.size,a.grey.shape,a.grey.tobytes()); kb=(b.grey.size,b.grey.shape,b.grey.tobytes())
    return (a,b) if ka<=kb else (b,a)
def swapped_compare(f,s,m,fine=False):
    if scale(m)<1: return compare(s,f,inverse(m),fine=fine)
    return compare(f,s,m,fine=fine)
def look(a,b,T=.12):
    first,second=ordered(a,b); out={}
    m=onto(first.grey,second.grey); r=compare(first.grey,second.grey,m) 
    if r is None or r[0].worst>.02: m=whole_on_whole(first.grey,second.grey); r=compare(first.grey,second.grey,m)
    how="frame"; inl=mat=0; best=(m,r)
    if r is None or r[0].worst>T or max(r[0].cover_first,r[0].cover_second)<.85:
        fit=by_features(first.features,second.features)
        if fit:
            inl,mat=fit.inliers,fit.matches
            f,s,n=(first.grey,second.grey,fit.map) if scale(fit.map)>=1 else (second.grey,first.grey,inverse(fit.map))
            g,k=to_scale(s,n); k=refine(f,g,k,levels=(0,1)); q=compare(f,g,k)
            full=after(onto(g,s),k); full=full if scale(fit.map)>=1 else inverse(full)
            if q is not None and (r is None or q[0].worst<r[0].worst) and max(q[0].cover_first,q[0].cover_second)>.5: best=(full,q); how="orb"
    m,r=best
    if r is None: return None
    out=dict(how=how,inl=inl,mat=mat,coarse=r[0],fine=None)
    if (first.fine is not None or second.fine is not None) and r[0].worst<.6:
        f=first.fine if first.fine is not None else first.grey; s=second.fine if second.fine is not None else second.grey
        n=resized(m,(first.grey,f),(second.grey,s))
        if scale(n)<1: f,s,n=s,f,inverse(n)
        g,k=to_scale(s,n); k=refine(f,g,k,levels=(0,1)); q=compare(f,g,k,fine=True)
        if q: out['fine']=q[0]; out['shape']=f.shape
    return out
